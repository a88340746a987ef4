/// A server that we connect to.
package struct ServerEndpoint: Sendable {
    package var place: Listener.Place
    /// nil speaks plainly. Otherwise the server's certificate must be for `name`.
    package var tls: TLSContext?
    /// What the server is called, in `Host` and in its certificate: a name or a numeric address.
    package var name: String

    package init(host: String, port: UInt16, tls: TLSContext? = nil) {
        place = .tcp(host: host, port: port)
        self.tls = tls
        name = host
    }

    package init(unixPath: String) {
        place = .unix(path: unixPath)
        name = "localhost"
    }

    /// With the port where it is not the scheme's own.
    var hostField: String {
        let host = name.contains(":") ? "[\(name)]" : name
        switch place {
        case .tcp(_, let port): return port == (tls == nil ? 80 : 443) ? host : "\(host):\(port)"
        case .unix: return host
        }
    }
}
