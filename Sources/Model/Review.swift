/// What somebody had to say about a run's work. It never changes: whoever thinks otherwise later says so in another.
package struct Review: ProjectEntity {
    package typealias ID = Identifier<Review>
    package static let idPrefix = "rev"
    package static let kind = EntityKind.review

    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case approved, rejected
        /// Remarks alone: what was said before about the whole still holds.
        case commented
    }

    /// A remark on lines of a file as the diff shows it.
    package struct Comment: Codable, Sendable, Equatable {
        package enum Side: String, Codable, Sendable, CaseIterable {
            case old, new
        }

        package let path: String
        /// nil is `new`.
        package let side: Side?
        /// 1 is the first. nil: the file as a whole.
        package let line: Int?
        /// Of a remark on several lines.
        package let endLine: Int?
        package let text: String

        package init(path: String, side: Side? = nil, line: Int? = nil, endLine: Int? = nil, text: String) {
            self.path = path
            self.side = side
            self.line = line
            self.endLine = endLine
            self.text = text
        }
    }

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let verdict: Verdict
    package let notes: String?
    package let comments: [Comment]
    /// The newest commit of the run's branch at that time.
    package let headCommit: String?
    /// Whether the agent was told.
    package let isTold: Bool
    package let by: Actor
    package let createdAt: Timestamp

    package var context: EventContext { EventContext(cardId: cardId, runId: runId) }

    package init(
        id: ID, of run: Run, verdict: Verdict, notes: String?, comments: [Comment], isTold: Bool, by actor: Actor,
        at now: Timestamp
    ) {
        self.id = id
        (projectId, cardId, runId, headCommit) = (run.projectId, run.cardId, run.id, run.headCommit)
        self.verdict = verdict
        self.notes = notes
        self.comments = comments
        self.isTold = isTold
        by = actor
        createdAt = now
    }
}
