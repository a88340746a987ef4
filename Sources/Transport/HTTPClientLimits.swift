/// What an HTTP client keeps: connections between requests, so that the next one saves a handshake, and bytes.
package struct HTTPClientLimits: Sendable, Equatable {
    /// How long a connection may wait for its next request: below the 75 s of nginx and of our own server. One that the
    /// server closes earlier costs that request nothing.
    package var idleSeconds = 30
    /// Connections to one server that wait for a request; the one that has waited longest makes room. What runs at the
    /// same time is the callers' to bound.
    package var idleConnectionsPerServerMax = 4
    /// All that wait.
    package var idleConnectionsMax = 64

    /// Of one answer's body, what waits for its reader (and one read of the socket): then the server's sending pauses. As
    /// `TransportLimits.behindHandlerByteCountMax`.
    package var behindReaderByteCountMax = 256 << 10

    package init() {}
}
