package import Model
package import WebCodec

/// Keeps web pages that a user happens to visit away from the hub, which executes commands for those who reach it.
///
/// Two lists: the names under which the hub may be addressed, against DNS rebinding (a stranger's name that is made to
/// point at this machine); and the origins whose pages may change something, against cross-site requests. Programs,
/// which send no `Origin`, pass the second.
package struct AccessGuard: Sendable {
    /// Loopback's own names, without ports.
    package static let loopbackHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    private let hosts: Set<String>
    private let origins: Set<String>

    /// - Parameters:
    ///   - hosts: further names, without ports: `hub.example`.
    ///   - origins: pages of other hosts that may use the hub: `https://board.example`.
    package init(hosts: Set<String> = [], origins: Set<String> = []) {
        self.hosts = Self.loopbackHosts.union(hosts.map { $0.lowercased() })
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// - Throws: `.hostForbidden`, `.originForbidden`.
    package func check(_ head: RequestHead) throws(HubError) {
        if let host = head.headers["Host"], !hosts.contains(Self.name(ofHost: host)) {
            throw HubError(.hostForbidden, "the hub does not answer to \(host) (setting `hosts`)")
        }
        guard let origin = head.headers["Origin"], !isSafe(head), !isSame(origin, as: head), !isAllowed(origin) else {
            return
        }
        throw HubError(.originForbidden, "pages of \(origin) may not do this (setting `origins`)")
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

    private func isSame(_ origin: String, as head: RequestHead) -> Bool {
        guard let host = head.headers["Host"]?.lowercased() else { return false }
        return ["http://" + host, "https://" + host].contains(origin.lowercased())
    }

    private static func name(ofHost host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("["), let close = host.firstIndex(of: "]") { return String(host[...close]) }
        return String(host.prefix { $0 != ":" })
    }
}
