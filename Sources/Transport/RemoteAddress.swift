/// Who is at the other end of a connection, by its socket.
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

    package var isLoopback: Bool {
        host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
    }
}
