/// A user's part in a project.
package struct Member: ProjectEntity {
    package typealias ID = Identifier<Member>
    package static let idPrefix = "mem"
    package static let kind = EntityKind.member

    package enum Role: String, Codable, Sendable, CaseIterable {
        case viewer, editor, maintainer
    }

    package let id: ID
    package let projectId: Project.ID
    package let userId: User.ID
    package let userName: String
    package var role: Role
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext(userId: userId) }

    package init(id: ID, projectId: Project.ID, user: User, role: Role, at now: Timestamp) {
        self.id = id
        self.projectId = projectId
        userId = user.id
        userName = user.name
        self.role = role
        version = 1
        createdAt = now
        updatedAt = now
    }
}
