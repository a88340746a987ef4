package import Journal
package import Model

extension Engine {
    /// - Parameter hash: of the secret, which nobody keeps.
    package func createToken(
        of user: User.ID, _ input: CreateToken, hash: [UInt8], by actor: Actor
    ) async throws -> Committed<Token> {
        try await journal.change(.hub, by: actor) { tx in
            try tx.makeToken(input, of: tx.required(user), hash: hash)
        }
    }

    package func updateToken(_ id: Token.ID, _ input: UpdateToken, by actor: Actor) async throws -> Committed<Token> {
        try await journal.change(of: id, by: actor) { tx in
            var token = try tx.required(id)
            try requireVersion(input.version, token.version, of: "token \(id)")
            token.name = input.name ?? token.name
            try token.narrow(input.abilities, input.projects, input.expiresAt, tx)
            token.version += 1
            token.updatedAt = tx.now
            try tx.put(token, as: .tokenUpdated)
            return token
        }
    }

    package func deleteToken(_ id: Token.ID, version: Int? = nil, by actor: Actor) async throws -> Committed<Token> {
        try await journal.change(of: id, by: actor) { tx in
            let token = try tx.required(id)
            try requireVersion(version, token.version, of: "token \(id)")
            try tx.delete(token, as: .tokenDeleted)
            return token
        }
    }
}

extension Transaction {
    func makeToken(_ input: CreateToken, of user: User, hash: [UInt8]) throws -> Token {
        try requireRoom(try tokenCount(of: user.id), Limits.tokensPerUserMax, "tokensPerUserMax", "tokens a user")
        var token = Token(id: make(), userId: user.id, name: input.name, at: now)
        try token.narrow(input.abilities, input.projects, input.expiresAt, self)
        try put(token, as: .tokenCreated)
        try setHash(hash, of: token.id)
        return token
    }
}

extension Token {
    fileprivate mutating func narrow(
        _ abilities: [Ability]?, _ projects: [Project.ID]?, _ expiresAt: Timestamp?, _ tx: Transaction
    ) throws {
        if let abilities { self.abilities = Set(abilities).sorted { $0.rawValue < $1.rawValue } }
        if let projects {
            for (index, project) in projects.enumerated() where try tx.get(project) == nil {
                throw HubError.invalid("/projects/\(index)", "there is no project \(project)")
            }
            self.projects = Set(projects).sorted()
        }
        if let expiresAt {
            guard expiresAt > tx.now else { throw HubError.invalid("/expiresAt", "has passed") }
            self.expiresAt = expiresAt
        }
    }
}
