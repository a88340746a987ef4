package import Journal
package import Model

extension Engine {
    /// - Returns: the user whose name and password these are.
    /// - Throws: `HubError` `.wrongPassword` for any reason why it is not, `.overloaded`.
    package func user(named name: String, password: String) async throws -> User {
        let (user, stored): (User?, StoredPassword?) = try await journal.read { reader in
            let user = try reader.user(named: name)
            return (user, try user.flatMap { try reader.password(of: $0.id) })
        }
        guard try await passwords.matches(password, stored), let user, user.status == .active else {
            throw HubError(.wrongPassword, "there is no user who has this name and this password")
        }
        return user
    }

    /// A token for who has shown his password. Logins pile up: where there is no room, it takes the place of those that have
    /// expired, or else of the oldest of the same name.
    ///
    /// - Throws: `HubError` `.limitExceeded` where neither is there.
    package func logIn(
        _ user: User.ID, _ input: CreateToken, hash: [UInt8], by actor: Actor
    ) async throws -> Committed<Token> {
        try await journal.change(.hub, by: actor) { tx in
            if try tx.tokenCount(of: user) >= Limits.tokensPerUserMax {
                let tokens = try tx.tokens(of: user)
                let expired = tokens.filter { token in token.expiresAt.map { $0 <= tx.now } ?? false }
                let before = tokens.filter { $0.name == input.name }.prefix(1)
                for token in expired.isEmpty ? Array(before) : expired { try tx.delete(token, as: .tokenDeleted) }
            }
            return try tx.makeToken(input, of: tx.required(user), hash: hash)
        }
    }

    /// - Parameter current: what is to be shown where there is one already.
    /// - Throws: `HubError` `.wrongPassword`, `.validationFailed`.
    package func changePassword(
        of id: User.ID, to new: String, current: String?, by actor: Actor
    ) async throws -> Committed<User> {
        try Self.check(password: new)
        let known = try await journal.read { try $0.password(of: id) }
        if let known {
            guard let current, try await passwords.matches(current, known) else {
                throw HubError(.wrongPassword, "this is not the current password")
            }
        }
        let made = try await passwords.make(new)
        return try await journal.change(of: id, by: actor) { tx in
            guard try tx.password(of: id) == known else {
                throw HubError(.versionStale, "the password has been changed meanwhile")
            }
            return try tx.setPassword(made, of: id, mustChange: nil)
        }
    }

    /// - Parameter new: made for the user, who is to choose another.
    package func resetPassword(of id: User.ID, to new: String, by actor: Actor) async throws -> Committed<User> {
        let made = try await passwords.make(new)
        return try await journal.change(of: id, by: actor) { tx in
            try tx.setPassword(made, of: id, mustChange: true)
        }
    }

    private static func check(password: String) throws {
        guard password.count >= Limits.passwordCharactersMin else {
            throw HubError.invalid(
                "/newPassword", "has fewer than \(Limits.passwordCharactersMin) characters (passwordCharactersMin)")
        }
    }
}

extension Transaction {
    fileprivate func setPassword(_ password: StoredPassword, of id: User.ID, mustChange: Bool?) throws -> User {
        var user = try required(id)
        user.mustChangePassword = mustChange
        user.version += 1
        user.updatedAt = now
        try put(user, as: .userUpdated)
        try setPassword(password, of: id)
        return user
    }
}
