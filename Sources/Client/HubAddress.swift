package import Transport

/// Where a hub listens.
package struct HubAddress: Sendable, Equatable, CustomStringConvertible {
    package var place: Listener.Place
    /// Over TLS.
    package var isSecure: Bool

    package init(host: String, port: UInt16, isSecure: Bool = false) {
        place = .tcp(host: host, port: port)
        self.isSecure = isSecure
    }

    package init(unixPath: String) {
        place = .unix(path: unixPath)
        isSecure = false
    }

    private static let plainSchemes = ["http://", "ws://"]
    private static let secureSchemes = ["https://", "wss://"]

    /// `http://127.0.0.1:37100`, `http://[::1]:37100` or `https://hub.example:443`, with or without the scheme and a
    /// slash at the end; or `unix:/run/roost.sock`.
    package init?(_ text: String) {
        if text.hasPrefix("unix:/") {
            self.init(unixPath: String(text.dropFirst("unix:".count)))
            return
        }
        var rest = text[...]
        let isSecure = Self.secureSchemes.contains(where: text.hasPrefix)
        if let scheme = (Self.plainSchemes + Self.secureSchemes).first(where: rest.hasPrefix) {
            rest = rest.dropFirst(scheme.count)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let colon = rest.lastIndex(of: ":"), case let digits = rest[rest.index(after: colon)...],
            digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let port = UInt16(digits),
            port > 0
        else { return nil }
        var host = rest[..<colon]
        // Only in brackets can an address with colons be told from its port.
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, host.contains(":") == isBracketed, !host.contains(where: { "/@[]?# ".contains($0) }) else {
            return nil
        }
        self.init(host: String(host), port: port, isSecure: isSecure)
    }

    package var description: String {
        switch place {
        case .tcp: "\(isSecure ? "https" : "http")://\(place)"
        case .unix: "\(place)"
        }
    }

    /// - Parameter tls: used where the address is secure; nil for the system's authorities.
    /// - Throws: `TLSError` when the system's authorities cannot be read.
    package func endpoint(tls: TLSContext?) throws -> ServerEndpoint {
        switch place {
        case .tcp(let host, let port):
            let context = isSecure ? try tls ?? TLSContext(authoritiesPath: nil) : nil
            return ServerEndpoint(host: host, port: port, tls: context)
        case .unix(let path): return ServerEndpoint(unixPath: path)
        }
    }
}
