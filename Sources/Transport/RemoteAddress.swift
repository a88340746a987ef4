package import WebCodec

/// Who is at the other end of a connection, by its socket or by the word of a trusted proxy.
package struct RemoteAddress: Sendable, Hashable {
    /// Numeric.
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// At the other end of a Unix domain socket: a process of the same user.
    package static let unix = RemoteAddress(host: "unix", port: 0)

    /// Without the zone of one that holds on a single link. nil of a Unix socket.
    package var address: IPAddress? { IPAddress(host.prefix { $0 != "%" }) }
    /// nil for what is neither: never of a socket.
    package var peer: TrustedProxies.Peer? { self == .unix ? .unix : address.map { .address($0) } }

    package var isLoopback: Bool {
        host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
    }
}
