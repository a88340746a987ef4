import Model
package import WebCodec

extension Access {
    /// Whom a request comes from. Wrong tokens do not refuse it here: what is open to everybody stays open.
    package func caller(of head: RequestHead) -> Caller {
        if let field = head.headers["Authorization"] {
            return caller(showing: Self.bearerToken(field) ?? "")
        }
        // Browsers cannot set fields of WebSockets and event streams.
        if Self.isStream(head.path), let token = head.queryValue("token") { return caller(showing: token) }
        return caller(showing: nil)
    }

    private static func isStream(_ path: [String]) -> Bool {
        path == ["api", "ws"] || path == ["api", "events"] || path.last == "stream"
    }

    /// RFC 6750 section 2.1; the scheme's name has no case (RFC 9110 section 11.1).
    private static func bearerToken(_ field: String) -> String? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}

extension HubError {
    /// RFC 6750 section 3: nil for what another token would not change.
    var challenge: String? {
        guard code != .wrongPassword else { return #"Bearer realm="roost""# }
        guard code == .unauthenticated else { return nil }
        let isMissing = members["reason"] == .string(Pass.Reason.missing.rawValue)
        return #"Bearer realm="roost""# + (isMissing ? "" : #", error="invalid_token""#)
    }
}
