/// A named way to set up an agent: which one, and its options. A run that is made with it takes them over.
package struct Profile: Entity {
    package typealias ID = Identifier<Profile>
    package static let idPrefix = "pfl"
    package static let kind = EntityKind.profile

    package enum Scope: String, Codable, Sendable, CaseIterable {
        case project, hub
    }

    package let id: ID
    package let scope: Scope
    /// `project` only.
    package let projectId: Project.ID?
    /// Unique in its project, or among those of the hub. That of the project is taken before that of the hub.
    package var name: String
    package var provider: Provider
    package var options: RunOptions
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { projectId.map(JournalKey.project) ?? .hub }
    package var context: EventContext { EventContext() }

    /// - Parameter project: nil: it is the hub's.
    package init(
        id: ID, project: Project.ID?, name: String, provider: Provider, options: RunOptions, at now: Timestamp
    ) {
        self.id = id
        scope = project == nil ? .hub : .project
        projectId = project
        self.name = name
        self.provider = provider
        self.options = options
        version = 1
        createdAt = now
        updatedAt = now
    }
}
