/// Where a hub listens.
package struct HubAddress: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `http://127.0.0.1:37100` or `http://[::1]:37100`, with or without the scheme and a slash at the end.
    package init?(_ text: String) {
        var rest = text[...]
        if let scheme = ["http://", "ws://"].first(where: rest.hasPrefix) { rest = rest.dropFirst(scheme.count) }
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
        self.init(host: String(host), port: port)
    }

    package var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
