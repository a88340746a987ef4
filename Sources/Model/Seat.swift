/// A user's part in an organization, which is one in each of its projects too.
package struct Seat: Entity {
    package typealias ID = Identifier<Seat>
    package static let idPrefix = "sea"
    package static let kind = EntityKind.seat

    package enum Role: String, Codable, Sendable, CaseIterable {
        case viewer, member, admin
        /// There is always one, unless whoever made the organization was no user.
        case owner

        /// What it is in the organization's projects.
        package var inProjects: Member.Role {
            switch self {
            case .viewer: .viewer
            case .member: .editor
            case .admin, .owner: .maintainer
            }
        }
    }

    package let id: ID
    package let organizationId: Organization.ID
    package let userId: User.ID
    package let userName: String
    package var role: Role
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { .hub }
    package var context: EventContext { EventContext(userId: userId, organizationId: organizationId) }

    package init(id: ID, in organization: Organization.ID, user: User, role: Role, at now: Timestamp) {
        self.id = id
        organizationId = organization
        userId = user.id
        userName = user.name
        self.role = role
        version = 1
        createdAt = now
        updatedAt = now
    }
}
