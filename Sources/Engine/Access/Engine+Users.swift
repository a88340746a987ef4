package import Journal
package import Model

extension Engine {
    /// The hub's first user, with whom it begins to ask everybody who he is.
    ///
    /// - Throws: `.alreadyExists` when it has users.
    package func setUp(
        _ name: String, token: CreateToken, hash: [UInt8], by actor: Actor
    ) async throws -> Committed<(user: User, token: Token)> {
        try await journal.change(.hub, by: actor) { tx in
            guard try tx.userCount() == 0 else {
                throw HubError(.alreadyExists, "the hub has users; they make further ones")
            }
            let user = try tx.makeUser(CreateUser(name: name, role: .admin))
            return (user: user, token: try tx.makeToken(token, of: user, hash: hash))
        }
    }

    package func createUser(_ input: CreateUser, by actor: Actor) async throws -> Committed<User> {
        try await journal.change(.hub, by: actor) { tx in
            let count = try tx.userCount()
            // Whoever is the first one must get a token with it.
            guard count > 0 else { throw HubError.illegal("making a user", "the hub", currentStatus: "not set up") }
            try requireRoom(count, Limits.usersMax, "usersMax", "users")
            return try tx.makeUser(input)
        }
    }

    package func updateUser(_ id: User.ID, _ input: UpdateUser, by actor: Actor) async throws -> Committed<User> {
        try await journal.change(of: id, by: actor) { tx in
            var user = try tx.required(id)
            try requireVersion(input.version, user.version, of: "user \(id)")
            user.role = input.role ?? user.role
            user.status = input.status ?? user.status
            user.version += 1
            user.updatedAt = tx.now
            try tx.put(user, as: .userUpdated)
            guard try tx.activeAdminCount() > 0 else {
                throw HubError(.lastAdmin, "user \(id) is the last administrator who is not disabled")
            }
            return user
        }
    }
}

extension Transaction {
    func makeUser(_ input: CreateUser) throws -> User {
        guard try user(named: input.name) == nil else {
            throw HubError(.alreadyExists, "there is a user named \(input.name) already")
        }
        let user = User(
            id: make(), name: input.name, type: input.type ?? .person, role: input.role ?? .member, at: now)
        try put(user, as: .userCreated)
        return user
    }
}
