package import Model

package struct CreateCard: Codable, Sendable {
    package var title: String
    package var prompt: String?
    /// nil means the first column of the board.
    package var columnId: BoardColumn.ID?
    /// nil means the column's board, or the project's first one.
    package var boardId: Board.ID?
    package var labels: [String]?
    package var parentId: Card.ID?
    package var blockedBy: [Card.ID]?
    package var deferred: Deferral?

    package init(
        title: String, prompt: String? = nil, columnId: BoardColumn.ID? = nil, boardId: Board.ID? = nil,
        labels: [String]? = nil, parentId: Card.ID? = nil, blockedBy: [Card.ID]? = nil, deferred: Deferral? = nil
    ) {
        self.parentId = parentId
        self.blockedBy = blockedBy
        self.deferred = deferred
        self.title = title
        self.prompt = prompt
        self.columnId = columnId
        self.boardId = boardId
        self.labels = labels
    }
}

package struct UpdateCard: Codable, Sendable {
    package var title: String?
    package var prompt: String?
    package var labels: [String]?
    package var status: Card.Status?
    /// Without members: none.
    package var budget: Budget?
    /// Whether it moves on by itself when a run of it is done.
    package var autoMode: Bool?
    package var pipeline: [Card.PipelineStep]?
    /// `pipeline` was null.
    package var removesPipeline: Bool?
    package var parentId: Card.ID?
    /// `parentId` was null.
    package var removesParent: Bool?
    /// Empty: nothing.
    package var blockedBy: [Card.ID]?
    package var deferred: Deferral?
    /// `deferred` was null.
    package var activates: Bool?
    package var version: Int?

    package init(
        title: String? = nil, prompt: String? = nil, labels: [String]? = nil, status: Card.Status? = nil,
        budget: Budget? = nil, autoMode: Bool? = nil, parentId: Card.ID? = nil, blockedBy: [Card.ID]? = nil,
        deferred: Deferral? = nil, version: Int? = nil
    ) {
        self.parentId = parentId
        self.blockedBy = blockedBy
        self.deferred = deferred
        self.autoMode = autoMode
        self.title = title
        self.prompt = prompt
        self.labels = labels
        self.status = status
        self.budget = budget
        self.version = version
    }
}

/// At most one of `before` and `after`; neither means the end of the column.
package struct MoveCard: Codable, Sendable {
    package var columnId: BoardColumn.ID
    package var before: Card.ID?
    package var after: Card.ID?
    package var version: Int?

    package init(columnId: BoardColumn.ID, before: Card.ID? = nil, after: Card.ID? = nil, version: Int? = nil) {
        self.columnId = columnId
        self.before = before
        self.after = after
        self.version = version
    }
}
