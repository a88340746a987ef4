/// Where a server listens, and whether it speaks TLS there.
package struct Listener: Sendable, Equatable {
    package enum Place: Sendable, Equatable, CustomStringConvertible {
        /// A numeric address or a name of this machine; port 0 lets the kernel choose. IPv6 addresses, `::` too, take
        /// IPv6 alone: for both, there are two listeners.
        case tcp(host: String, port: UInt16)
        /// A Unix domain socket of mode 0600. What a dead server left there is replaced.
        case unix(path: String)

        package var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            }
        }
    }

    package var place: Place
    package var tls: TLSConfiguration?

    package init(_ place: Place, tls: TLSConfiguration? = nil) {
        self.place = place
        self.tls = tls
    }
}
