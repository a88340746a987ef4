import Engine
import Journal
import Model
import Wire

/// A token as it is told to whoever made it: once and only here, with the secret.
struct TokenMade: Encodable {
    /// Of the hub's first user, whom it is made with.
    var user: User?
    let token: Token
    let secret: String
}

/// What `auth.status` answers.
struct AuthStatus: Encodable {
    let needsSetup: Bool
    let isAuthenticated: Bool
    let user: User?
}

/// What `passwords.reset` answers.
struct PasswordMade: Encodable {
    let user: User
    let generatedPassword: String
}

/// What `users.search` answers of each.
struct UserFound: Encodable {
    let id: User.ID
    let name: String
    let type: User.Kind

    init(_ user: User) { (id, name, type) = (user.id, user.name, user.type) }
}

/// What `me` answers.
struct Me: Encodable {
    struct ProjectRights: Encodable {
        let projectId: Project.ID
        let abilities: [Ability]
    }

    struct OrganizationRights: Encodable {
        let organizationId: Organization.ID
        let abilities: [Ability]
    }

    let actor: Actor
    let user: User?
    let token: Token?
    let abilities: [Ability]
    let everywhere: [Ability]?
    let projects: [ProjectRights]
    let organizations: [OrganizationRights]

    init(_ caller: Caller) {
        actor = caller.actor
        user = caller.user
        token = caller.token
        abilities = Self.sorted(caller.rights.hub)
        everywhere = caller.rights.everywhere.map(Self.sorted)
        projects = caller.rights.projects.sorted { $0.key < $1.key }.map {
            ProjectRights(projectId: $0.key, abilities: Self.sorted($0.value))
        }
        organizations = caller.rights.organizations.sorted { $0.key < $1.key }.map {
            OrganizationRights(organizationId: $0.key, abilities: Self.sorted($0.value))
        }
    }

    private static func sorted(_ abilities: Set<Ability>) -> [Ability] {
        abilities.sorted { $0.rawValue < $1.rawValue }
    }
}

extension OperationCall {
    /// Tokens are their user's own business, and an administrator's.
    func token(_ id: Token.ID) async throws -> Token {
        let token = try await read { try $0.required(id) }
        guard token.userId == caller.user?.id || caller.rights.hub.contains(.userAdmin) else {
            throw HubError.notFound(.token, id.rawValue)
        }
        return token
    }

    /// Whose tokens the call is about: the caller's own, unless it says whose.
    func tokenOwner() throws -> User.ID {
        let own = caller.user?.id
        guard let owner: User.ID = optionalID("userId") ?? own else {
            throw HubError.illegal("having tokens", "the hub", currentStatus: "not set up")
        }
        if owner != own { try caller.require(.userAdmin, for: "another user's token") }
        return owner
    }

    /// For what lets in without limits, or gives rights: who comes with a token that has some makes none.
    func requireWholeToken(for what: String) throws {
        guard let token = caller.token else { return }
        guard token.abilities == nil, token.projects == nil else {
            throw HubError(.forbidden, "\(what) needs a token that has all that its user has")
        }
    }

    /// A role given to somebody reaches no further than the token that gives it.
    func requireWithin(_ abilities: Set<Ability>, in project: Project.ID) throws {
        try requireWithin(Array(abilities), [project], nil)
    }

    /// The same, of a role in an organization and in all its projects.
    func requireWithin(_ role: Seat.Role) throws {
        try requireWithin(Array(role.abilities.union(role.inProjects.abilities)), nil, nil)
    }

    /// Another token that is changed reaches no further afterwards, in what is not changed either.
    func requireWithin(_ token: Token, changedBy input: UpdateToken) throws {
        guard let own = caller.token else { return }
        guard own.id != token.id else { return try requireWithin(input.abilities, input.projects, input.expiresAt) }
        guard input.abilities != nil || input.projects != nil || input.expiresAt != nil else { return }
        let (abilities, projects) = (input.abilities ?? token.abilities, input.projects ?? token.projects)
        let expiresAt = input.expiresAt ?? token.expiresAt
        try requireWithin(abilities, projects, expiresAt)
        let isWider =
            (abilities == nil && own.abilities != nil) || (projects == nil && own.projects != nil)
            || (expiresAt == nil && own.expiresAt != nil)
        guard !isWider else {
            throw HubError(.forbidden, "token \(token.id) reaches further than the token that asks")
        }
    }

    /// What a token makes or changes reaches no further than it does itself.
    func requireWithin(_ abilities: [Ability]?, _ projects: [Project.ID]?, _ expiresAt: Timestamp?) throws {
        guard let own = caller.token else { return }
        if let only = own.abilities, let beyond = (abilities ?? []).first(where: { !only.contains($0) }) {
            throw HubError.forbidden("a token for \(beyond.rawValue)", needs: beyond)
        }
        if let only = own.projects, let beyond = (projects ?? []).first(where: { !only.contains($0) }) {
            throw HubError(.forbidden, "the token that asks is not for project \(beyond)")
        }
        if let end = own.expiresAt, let wanted = expiresAt, wanted > end {
            throw HubError(.forbidden, "the token that asks expires before, at \(end)")
        }
    }
}
