package import Model
package import WebCodec

/// Keeps web pages that a user happens to visit away from the hub, which executes commands for those who reach it.
///
/// Two lists: the names under which the hub may be addressed, against DNS rebinding (a stranger's name that is made to
/// point at this machine); and the origins whose pages may change something, against cross-site requests. Programs,
/// which send neither `Origin` nor `Sec-Fetch-Site`, pass the second.
package struct AccessGuard: Sendable {
    /// Loopback's own names, without ports.
    package static let loopbackHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// What a browser says of a request that one of the hub's own pages makes, or the user by hand
    /// (https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header). Another port of this machine is `same-site`.
    private static let ownSites: Set<String> = ["same-origin", "none"]

    private let hosts: Set<String>
    private let origins: Set<String>

    /// - Parameters:
    ///   - hosts: further names, without ports: `hub.example`, `[fd00::1]`.
    ///   - origins: pages of other hosts that may use the hub: `https://board.example`.
    package init(hosts: Set<String> = [], origins: Set<String> = []) {
        self.hosts = Self.loopbackHosts.union(hosts.map(Self.name(ofHost:)))
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// - Throws: `.hostForbidden`, `.originForbidden`.
    ///
    /// - Parameters:
    ///   - host: what the client asked for, which a trusted proxy knows better than `Host`.
    ///   - scheme: as `Request.scheme`.
    package func check(_ head: RequestHead, host: String?, scheme: String?) throws(HubError) {
        // Without a Host it is HTTP/1.0, which health checks of load balancers speak and no browser does.
        if let host, !hosts.contains(Self.name(ofHost: host)) {
            throw HubError(.hostForbidden, "the hub does not answer to \(host) (setting `hosts`)")
        }
        guard !isSafe(head) else { return }
        if let origin = head.headers["Origin"] {
            guard !isAllowed(origin) else { return }
            guard isSame(origin, host, scheme) else {
                throw HubError(.originForbidden, "pages of \(origin) may not do this (setting `origins`)")
            }
        }
        // Beside an `Origin` of our name it tells a page that came over the other scheme, which names no port either.
        let sites = head.headers.values("Sec-Fetch-Site")
        guard sites.allSatisfy(Self.ownSites.contains) else {
            throw HubError(
                .originForbidden, "a page of another origin may not do this (Sec-Fetch-Site; setting `origins`)")
        }
    }

    /// Whether pages of this origin may read answers.
    package func isAllowed(_ origin: String) -> Bool { origins.contains(origin.lowercased()) }

    /// What a page can send anywhere without harm. A WebSocket begins with a GET, and is not.
    private func isSafe(_ head: RequestHead) -> Bool {
        switch head.method {
        case .get, .head, .options: !head.headers.list("Upgrade", contains: "websocket")
        case .post, .put, .patch, .delete, .other: false
        }
    }

    /// Where TLS is spoken, a page of the same host in plain text, which anybody on the way may have written, is
    /// another one's.
    private func isSame(_ origin: String, _ host: String?, _ scheme: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        let schemes = scheme.map { [$0] } ?? ["http", "https"]
        return schemes.contains { origin.lowercased() == "\($0)://\(host)" }
    }

    /// Without the port, and without the dot at the end of a name that is spelled out up to the root.
    private static func name(ofHost host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") { return String(host[...close]) }
        let name = host.prefix { $0 != ":" }
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }
}
