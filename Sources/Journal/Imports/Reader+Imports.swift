package import Model
internal import GRDB

extension Reader {
    /// Those that are on their way in, or were when the hub went.
    package func importedProjects() throws -> [Project.ID] {
        try String.fetchAll(db, sql: "SELECT projectId FROM imports ORDER BY projectId").map(Project.ID.init(trusted:))
    }

    func importJournal(of project: Project.ID) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT journal FROM imports WHERE projectId = ?"), arguments: [project.rawValue])
    }

    /// Rows of a kind that are not what the last event about them says, in the order of their identifiers. Rows of
    /// which no event is kept are as they should be.
    package func rowsBesideEvents<E: Entity>(
        of project: Project.ID, _: E.Type, after last: Identifier<E>?, limit: Int
    ) throws -> [E] {
        guard let journal = try importJournal(of: project) else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT row.body FROM \(E.plural) AS row
                JOIN (
                    SELECT json_extract(CAST(payload AS TEXT), '$.data.id') AS id, max(seq) AS seq FROM events
                    WHERE journal = ?1 GROUP BY 1
                ) AS last ON last.id = row.id
                JOIN events AS event ON event.journal = ?1 AND event.seq = last.seq
                WHERE row.id > ?2
                    AND json_extract(CAST(event.payload AS TEXT), '$.data') IS NOT CAST(row.body AS TEXT)
                ORDER BY row.id LIMIT ?3
                """)
        let cursor = try Row.fetchCursor(statement, arguments: [journal, last?.rawValue ?? "", limit])
        var entities: [E] = []
        while let row = try cursor.next() { entities.append(try coding.decode(E.self, from: row.bytes(at: 0))) }
        return entities
    }

    /// What events tell of and there is no row of: identifiers, each with its last event's kind.
    package func toldWithoutRows(of project: Project.ID, limit: Int) throws -> [(id: String, type: EventType)] {
        guard let journal = try importJournal(of: project) else { return [] }
        let all = Schema.entityTables.map { "SELECT id FROM \($0)" }.joined(separator: " UNION ALL ")
        return try Row.fetchAll(
            db,
            sql: """
                SELECT told, type FROM (
                    SELECT json_extract(CAST(payload AS TEXT), '$.data.id') AS told, max(seq), type FROM events
                    WHERE journal = ? GROUP BY told)
                WHERE told IS NOT NULL AND type NOT LIKE '%.deleted' AND \(StateKind.excluded("told"))
                    AND told NOT IN (\(all)) LIMIT ?
                """, arguments: [journal, limit]
        ).compactMap { row in EventType(rawValue: row["type"]).map { (row["told"], $0) } }
    }
}
