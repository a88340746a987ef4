/// A secret that processes of runs get as a variable of their environment. Its value is in no row, event or answer.
package struct Credential: Entity {
    package typealias ID = Identifier<Credential>
    package static let idPrefix = "key"
    package static let kind = EntityKind.credential

    /// Whose it is, the nearest first: that of a card is taken before that of its project, and so on.
    package enum Scope: String, Codable, Sendable, CaseIterable {
        case card, project, user, hub
    }

    package let id: ID
    package let scope: Scope
    /// `project` and `card`.
    package let projectId: Project.ID?
    package let cardId: Card.ID?
    /// `user`: it is for the runs that he makes.
    package let userId: User.ID?
    /// The variable's name.
    package let variable: String
    /// For a person: what it is for.
    package var name: String?
    package var version: Int
    package let createdAt: Timestamp
    /// When its value was set, or its name changed.
    package var updatedAt: Timestamp

    package var journal: JournalKey { projectId.map(JournalKey.project) ?? .hub }
    package var context: EventContext { EventContext(cardId: cardId, userId: userId) }

    package init(id: ID, of owner: CredentialOwner, variable: String, name: String?, at now: Timestamp) {
        self.id = id
        switch owner {
        case .card(let card, let project): (scope, projectId, cardId, userId) = (.card, project, card, nil)
        case .project(let project): (scope, projectId, cardId, userId) = (.project, project, nil, nil)
        case .user(let user): (scope, projectId, cardId, userId) = (.user, nil, nil, user)
        case .hub: (scope, projectId, cardId, userId) = (.hub, nil, nil, nil)
        }
        self.variable = variable
        self.name = name
        version = 1
        createdAt = now
        updatedAt = now
    }
}

/// Whose a credential is.
package enum CredentialOwner: Sendable, Equatable {
    case card(Card.ID, in: Project.ID)
    case project(Project.ID)
    case user(User.ID)
    case hub

    package var scope: Credential.Scope {
        switch self {
        case .card: .card
        case .project: .project
        case .user: .user
        case .hub: .hub
        }
    }

    /// The identifier of the card, project or user; that of the hub is empty.
    package var key: String {
        switch self {
        case .card(let id, _): id.rawValue
        case .project(let id): id.rawValue
        case .user(let id): id.rawValue
        case .hub: ""
        }
    }
}

extension Credential {
    /// What it is filed under.
    package var ownerKey: String { cardId?.rawValue ?? projectId?.rawValue ?? userId?.rawValue ?? "" }
}
