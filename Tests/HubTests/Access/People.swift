import Journal
import Model
import RoostTesting

@testable import Hub

/// Somebody with a token.
struct Person: Sendable {
    let user: User
    let token: Token
    let secret: String

    /// The query by which it is known.
    var query: String { "?token=\(secret)" }
}

/// Rows of people, made as the engine makes them.
struct People: Sendable {
    let journal: Journal
    let access: Access
    let ids: any IdentifierSource

    func make(
        _ name: String, _ role: User.Role = .member, type: User.Kind = .person, change: (inout Token) -> Void = { _ in }
    ) async throws -> Person {
        let (user, first): (User, Token) = try await journal.change(.hub, by: .local) { tx in
            let user = User(id: tx.make(), name: name, type: type, role: role, at: tx.now)
            try tx.put(user, as: .userCreated)
            return (user, Token(id: tx.make(), userId: user.id, name: "first", at: tx.now))
        }.value
        var token = first
        change(&token)
        return Person(user: user, token: token, secret: try await admit(token))
    }

    /// - Returns: the token's secret.
    private func admit(_ token: Token) async throws -> String {
        let secret = TokenSecret(bytes: Array(token.id.rawValue.utf8.suffix(TokenSecret.byteCount)))
        _ = try await journal.change(.hub, by: .local) { tx in
            try tx.put(token, as: .tokenCreated)
            try tx.setHash(secret.hash, of: token.id)
        }
        access.learn(secret.hash, of: token.id)
        return secret.text
    }

    @discardableResult
    func join(_ person: Person, _ project: Project.ID, _ role: Member.Role) async throws -> Member {
        try await journal.change(.project(project), by: .local) { tx in
            let member = Member(id: tx.make(), projectId: project, user: person.user, role: role, at: tx.now)
            try tx.put(member, as: .memberCreated)
            return member
        }.value
    }

    @discardableResult
    func seat(_ person: Person, _ organization: Organization.ID, _ role: Seat.Role) async throws -> Seat {
        try await journal.change(.hub, by: .local) { tx in
            let seat = Seat(id: tx.make(), in: organization, user: person.user, role: role, at: tx.now)
            try tx.put(seat, as: .seatCreated)
            return seat
        }.value
    }

    func remove(_ seat: Seat) async throws {
        _ = try await journal.change(.hub, by: .local) { try $0.delete(seat, as: .seatDeleted) }
    }

    /// - Returns: the organization, whose this project is from now on.
    @discardableResult
    func makeOrganization(of project: Project.ID) async throws -> Organization {
        try await journal.change(.hub, by: .local) { tx in
            let organization = Organization(id: tx.make(), name: "Acme", at: tx.now)
            try tx.put(organization, as: .organizationCreated)
            var project = try tx.required(project)
            project.organizationId = organization.id
            try tx.put(project, as: .projectUpdated)
            return organization
        }.value
    }

    func remove(_ member: Member) async throws {
        _ = try await journal.change(.project(member.projectId), by: .local) {
            try $0.delete(member, as: .memberDeleted)
        }
    }

    func remove(_ token: Token) async throws {
        _ = try await journal.change(.hub, by: .local) { try $0.delete(token, as: .tokenDeleted) }
    }

    func set(_ role: User.Role, for user: User) async throws {
        var user = user
        user.role = role
        _ = try await journal.change(.hub, by: .local) { [user] in try $0.put(user, as: .userUpdated) }
    }

    func disable(_ user: User) async throws {
        var user = user
        user.status = .disabled
        _ = try await journal.change(.hub, by: .local) { [user] in try $0.put(user, as: .userUpdated) }
    }
}

extension LiveWorld {
    var people: People { People(journal: journal, access: access, ids: ids) }

    /// From now on everybody needs a token.
    @discardableResult
    func setUp() async throws -> Person { try await people.make("root", .admin) }
}

extension TestHub {
    var people: People { People(journal: journal, access: access, ids: SeededIDs(seed: 3)) }
}
