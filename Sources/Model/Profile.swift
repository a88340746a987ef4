/// A named way to set up an agent: which one, and its options. A run that is made with it takes them over.
package struct Profile: Entity {
    package typealias ID = Identifier<Profile>
    package static let idPrefix = "pfl"
    package static let kind = EntityKind.profile

    package enum Scope: String, Codable, Sendable, CaseIterable {
        case project, organization, hub
    }

    package let id: ID
    package let scope: Scope
    /// `project` only.
    package let projectId: Project.ID?
    /// `organization` only.
    package let organizationId: Organization.ID?
    /// Unique among those of its owner. That of the project is taken before its organization's, and that before the hub's.
    package var name: String
    package var provider: Provider
    package var options: RunOptions
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { projectId.map(JournalKey.project) ?? .hub }
    package var context: EventContext { EventContext(organizationId: organizationId) }

    package init(
        id: ID, of owner: ProfileOwner, name: String, provider: Provider, options: RunOptions, at now: Timestamp
    ) {
        self.id = id
        switch owner {
        case .project(let project): (scope, projectId, organizationId) = (.project, project, nil)
        case .organization(let organization): (scope, projectId, organizationId) = (.organization, nil, organization)
        case .hub: (scope, projectId, organizationId) = (.hub, nil, nil)
        }
        self.name = name
        self.provider = provider
        self.options = options
        version = 1
        createdAt = now
        updatedAt = now
    }
}

/// Whose a profile is.
package enum ProfileOwner: Sendable, Equatable {
    case project(Project.ID)
    case organization(Organization.ID)
    case hub

    /// The identifier of the project or organization; that of the hub is empty.
    package var key: String {
        switch self {
        case .project(let id): id.rawValue
        case .organization(let id): id.rawValue
        case .hub: ""
        }
    }

    package var journal: JournalKey {
        switch self {
        case .project(let id): .project(id)
        case .organization, .hub: .hub
        }
    }
}

extension Profile {
    package var owner: ProfileOwner {
        projectId.map { .project($0) } ?? organizationId.map { .organization($0) } ?? .hub
    }
}
