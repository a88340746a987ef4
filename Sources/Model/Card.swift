/// A piece of work on a board.
package struct Card: ProjectEntity {
    package typealias ID = Identifier<Card>
    package static let idPrefix = "crd"
    package static let kind = EntityKind.card

    package enum Status: String, Codable, Sendable, CaseIterable {
        case todo, inprogress, inreview, done, cancelled
    }

    package let id: ID
    package let projectId: Project.ID
    package var boardId: Board.ID
    package var columnId: BoardColumn.ID
    package var title: String
    /// Markdown: what an agent is told to do.
    package var prompt: String
    package var labels: [String]
    package var status: Status
    /// Order within the column, ascending. Fractional, so that a move changes one card.
    package var position: Double
    /// What all its runs may consume.
    package var budget: Budget?
    /// Whether it moves on through the columns of its board by itself when a run of it is done; nil is no.
    package var autoMode: Bool?
    /// Its own way through columns, in the place of its board's; nil: all active ones in their order.
    package var pipeline: [PipelineStep]?
    /// What it is a part of.
    package var parentId: ID?
    /// What has to be done before work on it begins; nil is nothing.
    package var blockedBy: [ID]?
    /// Set while it is put off.
    package var deferred: Deferral?
    /// Whether nothing begins on it by itself where it stands, since it was brought there, or changed there, by somebody who may
    /// not start agents; nil is no.
    package var parked: Bool?
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    /// A column that it goes through.
    package struct PipelineStep: Codable, Sendable, Equatable {
        package var columnId: BoardColumn.ID
        /// Said there in the place of the column's.
        package var prompt: String?

        package init(columnId: BoardColumn.ID, prompt: String? = nil) {
            self.columnId = columnId
            self.prompt = prompt
        }
    }

    package var context: EventContext { EventContext(cardId: id) }

    package init(
        id: ID, projectId: Project.ID, boardId: Board.ID, columnId: BoardColumn.ID, title: String, prompt: String,
        labels: [String] = [], position: Double, at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.boardId = boardId
        self.columnId = columnId
        self.title = title
        self.prompt = prompt
        self.labels = labels
        self.status = .todo
        self.position = position
        self.version = 1
        self.createdAt = now
        self.updatedAt = now
    }
}
