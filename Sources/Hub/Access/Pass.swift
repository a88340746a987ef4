package import Model

/// By what somebody is known. It outlives changes of his rights: what they are now is asked of `Access`.
package enum Pass: Hashable, Sendable {
    /// By having reached a hub that has no users: its one user.
    case local
    case token(Token.ID)
    case none(Reason)

    package enum Reason: String, Sendable, CaseIterable {
        /// No token was shown.
        case missing
        /// It is none of ours, or was deleted.
        case unknown
        case expired
        /// Its user is.
        case disabled
    }
}

extension HubError {
    static func unauthenticated(_ reason: Pass.Reason) -> HubError {
        let detail =
            switch reason {
            case .missing: "this hub has users: a token is needed (Authorization: Bearer)"
            case .unknown: "the token is not known"
            case .expired: "the token has expired"
            case .disabled: "the token's user is disabled"
            }
        return HubError(.unauthenticated, detail, members: ["reason": .string(reason.rawValue)])
    }

    static func unauthenticated(within seconds: Int) -> HubError {
        HubError(
            .unauthenticated, "no token was shown within authenticationSeconds (\(seconds))",
            members: [
                "reason": .string(Pass.Reason.missing.rawValue), "limit": "authenticationSeconds",
                "maximum": .integer(Int64(seconds)),
            ])
    }
}
