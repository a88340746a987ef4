/// A plan of a project: columns with cards.
package struct Board: ProjectEntity {
    package typealias ID = Identifier<Board>
    package static let idPrefix = "brd"
    package static let kind = EntityKind.board

    package let id: ID
    package let projectId: Project.ID
    package var name: String
    package var position: Double
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext() }

    package init(id: ID, projectId: Project.ID, name: String, position: Double, at now: Timestamp) {
        self.id = id
        self.projectId = projectId
        self.name = name
        self.position = position
        self.version = 1
        self.createdAt = now
        self.updatedAt = now
    }
}

/// A column of a board. Moving a card into an `active` one that has a prompt starts work on it.
package struct BoardColumn: ProjectEntity {
    package typealias ID = Identifier<BoardColumn>
    package static let idPrefix = "col"
    package static let kind = EntityKind.column

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case backlog, active, done, archive
    }

    package let id: ID
    package let projectId: Project.ID
    package let boardId: Board.ID
    package var name: String
    package var type: Kind
    /// Put before a card's own prompt when work starts from this column.
    package var prompt: String?
    /// How many runs of its cards are at work at once; nil means any number.
    package var wipLimit: Int?
    package var position: Double
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext() }

    package init(
        id: ID, projectId: Project.ID, boardId: Board.ID, name: String, type: Kind, prompt: String? = nil,
        wipLimit: Int? = nil, position: Double, at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.boardId = boardId
        self.name = name
        self.type = type
        self.prompt = prompt
        self.wipLimit = wipLimit
        self.position = position
        self.version = 1
        self.createdAt = now
        self.updatedAt = now
    }
}
