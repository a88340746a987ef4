/// What agents may do in a project without asking anybody. Deny wins over allow, and over everybody's answer.
///
/// A project has exactly one; until it is changed it has no row.
package struct Policy: ProjectEntity {
    package typealias ID = Identifier<Policy>
    package static let idPrefix = "pol"
    package static let kind = EntityKind.policy

    package let id: ID
    package let projectId: Project.ID
    /// Globs (`*` any run of characters, `?` one, `\\` takes the next as it is) over `tool` or `tool: what it is about`.
    package var allow: [String]
    package var deny: [String]
    /// Whether nothing is asked that is not denied; plans and questions to a person are asked all the same.
    package var autoApprove: Bool
    /// The same for what reads the web.
    package var autoApproveWeb: Bool
    /// Whether runs may work in the project's own folder; nil is no.
    package var allowHost: Bool?
    /// Whether work is committed, pushed and merged only once a review has approved it; nil is no.
    package var requireReview: Bool?
    /// Whether work may leave this machine, by a push; nil is no.
    package var autoGitPush: Bool?
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext() }

    /// The one that a project begins with: everything is asked.
    package init(of project: Project.ID, at now: Timestamp) {
        id = ID(sharedWith: project)
        projectId = project
        (allow, deny) = ([], [])
        (autoApprove, autoApproveWeb) = (false, false)
        version = 1
        createdAt = now
        updatedAt = now
    }
}
