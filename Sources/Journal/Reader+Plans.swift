package import Model
internal import Foundation
internal import GRDB

// Projects and what is planned in them.
extension Reader {
    /// The identifier alone: what those who name a project by its slug want to know.
    package func projectID(slug: String) throws -> Project.ID? {
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM projects WHERE slug = ? AND \(Self.isHere)")
        return try String.fetchOne(statement, arguments: [slug]).map(Project.ID.init(trusted:))
    }

    /// Also of one that is on its way in.
    package func isTaken(slug: String) throws -> Bool {
        try integer("SELECT 1 FROM projects WHERE slug = ?", [slug]) != nil
    }

    /// What is on its way in is not there (Imports/).
    private static let isHere = "id NOT IN (SELECT projectId FROM imports)"

    /// Of several at the same path (archived ones stay) the one in use, else the youngest.
    package func project(path: String) throws -> Project? {
        try first(
            Decoded<Project>.self, "WHERE path = ? ORDER BY status = 'archived', id DESC", [path])
    }

    /// In the order of their making.
    ///
    /// - Parameter admitted: only these; nil for all.
    package func projects<Form: RowForm>(
        among admitted: Set<Project.ID>? = nil, of organization: Organization.ID? = nil, status: Project.Status? = nil,
        after cursor: Project.ID? = nil,
        limit: Int? = nil,
        as form: Form.Type = Decoded<Project>.self
    ) throws -> [Form.Output] where Form.Subject == Project {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require(Self.isHere, StatementArguments())
        selection.require("status = ?", status?.rawValue)
        selection.require("organizationId = ?", organization?.rawValue)
        selection.require("id > ?", cursor?.rawValue)
        if let admitted {
            // One parameter, however many they are: so there is one statement, and no limit of SQLite's.
            selection.require("id IN (SELECT value FROM json_each(?))", try Self.list(admitted))
        }
        return try rows(form, selection)
    }

    static func list<Subject>(_ ids: Set<Identifier<Subject>>) throws -> String {
        String(decoding: try JSONEncoder().encode(ids.map(\.rawValue)), as: UTF8.self)
    }

    package func boards<Form: RowForm>(
        of project: Project.ID, as form: Form.Type = Decoded<Board>.self
    ) throws -> [Form.Output] where Form.Subject == Board {
        try rows(form, "WHERE projectId = ? ORDER BY position, id", [project.rawValue])
    }

    package func columns<Form: RowForm>(
        of board: Board.ID, as form: Form.Type = Decoded<BoardColumn>.self
    ) throws -> [Form.Output] where Form.Subject == BoardColumn {
        try rows(form, "WHERE boardId = ? ORDER BY position, id", [board.rawValue])
    }

    package func columns<Form: RowForm>(
        of project: Project.ID, as form: Form.Type = Decoded<BoardColumn>.self
    ) throws -> [Form.Output] where Form.Subject == BoardColumn {
        try rows(form, "WHERE projectId = ? ORDER BY boardId, position, id", [project.rawValue])
    }

    /// In the order (column, position, id); the next page begins after the last card's `CardPlace`.
    package func cards<Form: RowForm>(
        of project: Project.ID, board: Board.ID? = nil, column: BoardColumn.ID? = nil, status: Card.Status? = nil,
        unreadBy user: User.ID? = nil, after place: CardPlace? = nil, limit: Int? = nil,
        as form: Form.Type = Decoded<Card>.self
    ) throws -> [Form.Output] where Form.Subject == Card {
        var selection = Selection(orderedBy: "columnId, position, id", limit: limit)
        selection.require("projectId = ?", project.rawValue)
        selection.require("boardId = ?", board?.rawValue)
        selection.require("columnId = ?", column?.rawValue)
        selection.require("status = ?", status?.rawValue)
        if let user { selection.require(Self.isUnread, [try readUpTo(project, by: user), user.rawValue]) }
        if let place {
            selection.require(
                "(columnId, position, id) > (?, ?, ?)", [place.columnId.rawValue, place.position, place.id.rawValue])
        }
        return try rows(form, selection)
    }

    package func cardCount(in column: BoardColumn.ID) throws -> Int {
        try integer("SELECT count(*) FROM cards WHERE columnId = ?", [column.rawValue]) ?? 0
    }

    /// Of the column's last card; nil when it has none.
    package func lastPosition(in column: BoardColumn.ID) throws -> Double? {
        let statement = try db.cachedStatement(sql: "SELECT max(position) FROM cards WHERE columnId = ?")
        return try Double.fetchOne(statement, arguments: [column.rawValue])
    }

    /// Where the next card before or behind a card stands in its column; nil when there is none.
    ///
    /// - Parameter leftOut: looked past.
    package func neighbourPosition(
        of card: Card, before isBefore: Bool, leavingOut leftOut: Card.ID
    ) throws -> Double? {
        let (comparison, order) = isBefore ? ("<", "DESC") : (">", "ASC")
        let statement = try db.cachedStatement(
            sql: """
                SELECT position FROM cards WHERE columnId = ? AND (position, id) \(comparison) (?, ?) AND id != ?
                ORDER BY position \(order), id \(order) LIMIT 1
                """)
        return try Double.fetchOne(
            statement, arguments: [card.columnId.rawValue, card.position, card.id.rawValue, leftOut.rawValue])
    }

    /// Of a column's last card beside one that is looked past; nil when there is none.
    package func lastPosition(in column: BoardColumn.ID, leavingOut leftOut: Card.ID) throws -> Double? {
        let statement = try db.cachedStatement(
            sql: "SELECT position FROM cards WHERE columnId = ? AND id != ? ORDER BY position DESC LIMIT 1")
        return try Double.fetchOne(statement, arguments: [column.rawValue, leftOut.rawValue])
    }

    /// In their order on the board.
    package func cards<Form: RowForm>(
        in column: BoardColumn.ID, as form: Form.Type = Decoded<Card>.self
    ) throws -> [Form.Output] where Form.Subject == Card {
        try rows(form, "WHERE columnId = ? ORDER BY position, id", [column.rawValue])
    }
}
