/// What somebody has written to a run and not sent. There is one of each type, and everybody who sees the run sees it.
package struct Draft: ProjectEntity {
    package typealias ID = Identifier<Draft>
    package static let idPrefix = "drf"
    package static let kind = EntityKind.draft

    package enum Purpose: String, Codable, Sendable, CaseIterable {
        /// The next message.
        case followUp = "follow_up"
        /// What takes the place of a process and all that came after it (`runs.replace`).
        case retry
    }

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let type: Purpose
    package var text: String
    /// `retry` only.
    package var processId: ChildProcess.ID?
    /// `retry` only: whether the worktree is set back as well.
    package var resetGit: Bool?
    /// Whether it is sent by itself when the turn ends that is at work.
    package var queued: Bool
    /// Of what tells of it last, before it goes.
    package var sentAt: Timestamp?
    /// Who wrote to it last.
    package var by: Actor
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext(cardId: cardId, runId: runId) }

    /// - Parameter version: above those of all drafts that the run had before, so that none of them is taken for this one.
    package init(id: ID, of run: Run, type: Purpose, text: String, version: Int, by actor: Actor, at now: Timestamp) {
        self.id = id
        (projectId, cardId, runId) = (run.projectId, run.cardId, run.id)
        self.type = type
        self.text = text
        queued = false
        by = actor
        self.version = version
        createdAt = now
        updatedAt = now
    }

    package mutating func touch(by actor: Actor? = nil, at now: Timestamp) {
        version += 1
        updatedAt = now
        if let actor { by = actor }
    }
}
