/// Words that are used again: a snippet that `@name` stands for, or a prompt that `/name` begins. Of a project, or of the hub.
package struct Tag: Entity {
    package typealias ID = Identifier<Tag>
    package static let idPrefix = "tag"
    package static let kind = EntityKind.tag

    package enum Purpose: String, Codable, Sendable, CaseIterable {
        /// `@name`, anywhere.
        case snippet
        /// `/name`, at the beginning of a prompt, with arguments behind it.
        case command
    }

    package let id: ID
    /// nil: it is the hub's, for all projects.
    package let projectId: Project.ID?
    package let type: Purpose
    /// Without `@` or `/`. Unique among those of its type and owner; the project's is taken before the hub's.
    package var name: String
    /// One line.
    package var description: String?
    package var content: String
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { projectId.map(JournalKey.project) ?? .hub }
    package var context: EventContext { EventContext() }

    package init(
        id: ID, project: Project.ID?, type: Purpose, name: String, description: String? = nil, content: String,
        at now: Timestamp
    ) {
        self.id = id
        projectId = project
        self.type = type
        self.name = name
        self.description = description
        self.content = content
        version = 1
        createdAt = now
        updatedAt = now
    }
}
