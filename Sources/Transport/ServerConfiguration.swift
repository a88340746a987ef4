package import Logging
package import WebCodec

package struct ServerConfiguration: Sendable {
    /// As many as a shard's C part has room for (CLWS_LISTENERS_MAX).
    package static let listenerCountMax = 16

    /// At least one, at most `listenerCountMax`.
    package var listeners = [Listener(.tcp(host: "127.0.0.1", port: 0))]
    /// Threads that turn loops. Each has its own listener on a port (SO_REUSEPORT), and the kernel deals connections
    /// out; a second server that begins there is refused all the same, unless it joins.
    package var shardCount = 1
    /// Listens beside a server of the same user that is there already, one that is about to go, and takes its Unix
    /// sockets' names.
    package var joinsOthers = false
    /// Whose word on clients is believed.
    package var trustedProxies = TrustedProxies()
    package var limits = TransportLimits()
    package var log: Logger
    /// Is told of the traffic.
    package var observer: any TransportObserver = SilentObserver()
    /// Names a request whose client has not; well-formed as `RequestID` says.
    package var makeRequestID: @Sendable () -> String = RequestID.counting()
    /// For the `Date` header.
    package var unixSeconds: @Sendable () -> Int64

    package init(log: Logger, unixSeconds: @escaping @Sendable () -> Int64) {
        self.log = log
        self.unixSeconds = unixSeconds
    }
}
