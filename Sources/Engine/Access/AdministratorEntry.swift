package import Journal
package import Model

/// Gets an administrator in who has no token: the first user of a hub, or one whose tokens are lost. For whoever may
/// write the hub's data, and so owns the hub.
package struct AdministratorEntry: Sendable {
    private let journal: Journal

    package init(_ journal: Journal) { self.journal = journal }

    /// Makes the user where there is none of that name.
    ///
    /// - Parameter hash: of the token's secret, which nobody keeps.
    /// - Throws: `HubError`: `.conflict` for one who is no administrator, or disabled; `.limitExceeded`.
    package func run(
        _ name: String, token: CreateToken, hash: [UInt8]
    ) async throws -> Committed<(user: User, token: Token)> {
        try await journal.change(.hub, by: .system) { tx in
            let user = try tx.user(named: name) ?? tx.makeUser(CreateUser(name: name, role: .admin))
            guard user.role == .admin, user.status == .active else {
                let standing = user.role == .admin ? user.status.rawValue : user.role.rawValue
                throw HubError.illegal("making an administrator's token", "user \(name)", currentStatus: standing)
            }
            return (user: user, token: try tx.makeToken(token, of: user, hash: hash))
        }
    }
}
