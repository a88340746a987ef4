/// A conversation with an agent that changes nothing: about how a card's task is to be put, or about the project.
///
/// Its words are the entries of its run, which is a run like all others, but that its work is never kept.
package struct Session: ProjectEntity {
    package typealias ID = Identifier<Session>
    package static let idPrefix = "ses"
    package static let kind = EntityKind.session

    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// Refines the task of a card, until it is accepted.
        case plan
        /// Answers questions about a project; there is one at a time.
        case assistant

        package var purpose: Run.Purpose {
            switch self {
            case .plan: .plan
            case .assistant: .assistant
            }
        }
    }

    package enum Status: String, Codable, Sendable, CaseIterable {
        case open, accepted, cancelled
    }

    package let id: ID
    package let projectId: Project.ID
    package let kind: Kind
    /// `plan` only: whose task it is about.
    package let cardId: Card.ID?
    package let runId: Run.ID
    package private(set) var status: Status
    /// The refined task as the agent put it last; after the acceptance, as it was accepted.
    package var proposal: String?
    /// That of the card when its task was told last.
    package let cardVersion: Int?
    package let createdBy: Actor
    package private(set) var version: Int
    package let createdAt: Timestamp
    package private(set) var updatedAt: Timestamp
    package private(set) var closedAt: Timestamp?

    package var context: EventContext { EventContext(cardId: cardId, runId: runId) }

    /// - Parameter card: nil makes it the project's assistant.
    package init(id: ID, of run: Run, about card: Card?, by actor: Actor, at now: Timestamp) {
        self.id = id
        (projectId, runId) = (run.projectId, run.id)
        kind = card == nil ? .assistant : .plan
        (cardId, cardVersion) = (card?.id, card?.version)
        status = .open
        createdBy = actor
        version = 1
        (createdAt, updatedAt) = (now, now)
    }

    package mutating func touch(at now: Timestamp) {
        version += 1
        updatedAt = now
    }

    /// - Returns: false when it is closed already.
    package mutating func close(as status: Status, at now: Timestamp) -> Bool {
        guard self.status == .open, status != .open else { return false }
        (self.status, closedAt) = (status, now)
        touch(at: now)
        return true
    }
}
