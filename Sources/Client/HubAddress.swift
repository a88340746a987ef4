/// Where a hub listens.
package struct HubAddress: Sendable, Equatable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `http://127.0.0.1:37100`, with or without the scheme and a slash at the end.
    package init?(_ text: String) {
        var rest = text[...]
        for scheme in ["http://", "ws://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]) else {
            return nil
        }
        let host = rest[..<colon].trimmingPrefix("[")
        self.init(host: String(host.hasSuffix("]") ? host.dropLast() : host), port: port)
        guard !self.host.isEmpty, !self.host.contains("/") else { return nil }
    }

    package var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
