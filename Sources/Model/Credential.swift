/// A secret that processes of runs get as a variable of their environment. Its value is in no row, event or answer.
package struct Credential: Entity {
    package typealias ID = Identifier<Credential>
    package static let idPrefix = "key"
    package static let kind = EntityKind.credential

    /// Whose it is, the nearest first: that of a card is taken before that of its project, and so on.
    package enum Scope: String, Codable, Sendable, CaseIterable {
        case card, project, organization, user, hub
    }

    package let id: ID
    package let scope: Scope
    /// `project` and `card`.
    package let projectId: Project.ID?
    package let cardId: Card.ID?
    /// `organization`: it is for the runs of its projects.
    package let organizationId: Organization.ID?
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
    package var context: EventContext { EventContext(cardId: cardId, userId: userId, organizationId: organizationId) }

    package init(id: ID, of owner: CredentialOwner, variable: String, name: String?, at now: Timestamp) {
        self.id = id
        scope = owner.scope
        (projectId, cardId) = (owner.project, owner.card)
        (organizationId, userId) = (owner.organization, owner.user)
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
    case organization(Organization.ID)
    case user(User.ID)
    case hub

    package var scope: Credential.Scope {
        switch self {
        case .card: .card
        case .project: .project
        case .organization: .organization
        case .user: .user
        case .hub: .hub
        }
    }

    fileprivate var card: Card.ID? { if case .card(let id, _) = self { id } else { nil } }
    fileprivate var organization: Organization.ID? { if case .organization(let id) = self { id } else { nil } }
    fileprivate var user: User.ID? { if case .user(let id) = self { id } else { nil } }
    fileprivate var project: Project.ID? {
        switch self {
        case .card(_, let id), .project(let id): id
        case .organization, .user, .hub: nil
        }
    }

    /// The identifier of the card, project, organization or user; that of the hub is empty.
    package var key: String {
        switch self {
        case .card(let id, _): id.rawValue
        case .project(let id): id.rawValue
        case .organization(let id): id.rawValue
        case .user(let id): id.rawValue
        case .hub: ""
        }
    }
}

extension Credential {
    /// What it is filed under.
    package var ownerKey: String {
        cardId?.rawValue ?? projectId?.rawValue ?? organizationId?.rawValue ?? userId?.rawValue ?? ""
    }
}
