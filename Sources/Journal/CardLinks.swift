package import Model
internal import GRDB

// What cards have to do with one another. The cards' own rows say it (`parentId`, `blockedBy`); the columns and the table
// beside them are how it is found from the other end, and are written with the row.
extension Transaction {
    func fileLinks(of entity: some Entity) throws {
        guard let card = entity as? Card else { return }
        try db.cachedStatement(sql: "DELETE FROM cardDependencies WHERE cardId = ?").execute(arguments: [
            card.id.rawValue
        ])
        for other in card.blockedBy ?? [] {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO cardDependencies (cardId, onId) VALUES (?, ?)")
                .execute(arguments: [card.id.rawValue, other.rawValue])
        }
    }
}

extension Reader {
    /// In the order of their making.
    package func children<Form: RowForm>(
        of card: Card.ID, limit: Int? = nil, as form: Form.Type = Decoded<Card>.self
    ) throws -> [Form.Output] where Form.Subject == Card {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("parentId = ?", card.rawValue)
        return try rows(form, selection)
    }

    /// Those that wait for a card, in the order of their making.
    package func dependents(of card: Card.ID) throws -> [Card] {
        try rows(
            Decoded<Card>.self, "WHERE id IN (SELECT cardId FROM cardDependencies WHERE onId = ?) ORDER BY id",
            [card.rawValue])
    }

    /// What a card waits for and is neither done nor given up, in the order of their making.
    package func unfinishedDependencies(of card: Card.ID) throws -> [Card.ID] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id FROM cards WHERE id IN (SELECT onId FROM cardDependencies WHERE cardId = ?)
                    AND status NOT IN ('done', 'cancelled') ORDER BY id
                """)
        return try String.fetchAll(statement, arguments: [card.rawValue]).map(Card.ID.init(trusted:))
    }

    /// Whether a card waits for another, also over others.
    package func depends(_ card: Card.ID, on other: Card.ID) throws -> Bool {
        try integer(
            """
            WITH RECURSIVE ahead (id) AS (
                SELECT onId FROM cardDependencies WHERE cardId = ?
                UNION SELECT onId FROM cardDependencies JOIN ahead ON cardId = ahead.id)
            SELECT 1 FROM ahead WHERE id = ? LIMIT 1
            """, [card.rawValue, other.rawValue]) != nil
    }

    /// Those that are put off no longer than until now, the longest due first. What is archived waits until it is not.
    package func cardsDue(at now: Timestamp, limit: Int) throws -> [Card] {
        try rows(
            Decoded<Card>.self,
            """
            WHERE activateAt <= ? AND projectId NOT IN (SELECT projectId FROM imports)
                AND projectId NOT IN (SELECT id FROM projects WHERE status = 'archived')
                ORDER BY activateAt LIMIT ?
            """, [now.millisecondsSince1970, limit])
    }
}
