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

    /// What the events of a journal that is being imported tell of, in one pass over them: by identifier, in their order.
    package func lastTold(in project: Project.ID) throws -> [LastTold] {
        guard let journal = try importJournal(of: project) else { return [] }
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT json_extract(CAST(payload AS TEXT), '$.data.id') AS told, max(seq), type FROM events
                WHERE journal = ? GROUP BY told HAVING told IS NOT NULL ORDER BY told
                """, arguments: [journal])
        var all: [LastTold] = []
        while let row = try cursor.next() {
            guard let type = EventType(rawValue: row[2]) else { continue }
            all.append(LastTold(id: row[0], seq: UInt64(row[1] as Int64), type: type))
        }
        return all
    }

    /// Of what was told last, the rows that are not as they were told. Rows of which no event is kept are as they should be.
    package func rowsBeside<E: Entity>(_ told: some Sequence<LastTold>, of project: Project.ID, _: E.Type) throws -> [E]
    {
        guard let journal = try importJournal(of: project) else { return [] }
        let statement = try db.cachedStatement(
            sql: """
                SELECT row.body FROM \(E.plural) AS row
                JOIN events AS event ON event.journal = ?1 AND event.seq = ?2
                WHERE row.id = ?3 AND json_extract(CAST(event.payload AS TEXT), '$.data') IS NOT CAST(row.body AS TEXT)
                """)
        return try told.compactMap { last in
            try Row.fetchOne(statement, arguments: [journal, Int64(last.seq), last.id]).map {
                try coding.decode(E.self, from: $0.bytes(at: 0))
            }
        }
    }

    /// Of what was told last, that of which there is no row and should be.
    package func withoutRows(_ told: some Sequence<LastTold>) throws -> [LastTold] {
        let all = Schema.entityTables.map { "SELECT 1 FROM \($0) WHERE id = ?1" }.joined(separator: " UNION ALL ")
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (\(all))")
        let states = Set(StateKind.allCases.map(\.rawValue))
        return try told.filter { last in
            guard !last.type.rawValue.hasSuffix(".deleted"), !states.contains(String(last.id.prefix { $0 != "_" }))
            else {
                return false
            }
            return try Bool.fetchOne(statement, arguments: [last.id]) != true
        }
    }
}

/// The last event about something.
package struct LastTold: Sendable, Equatable {
    package let id: String
    package let seq: UInt64
    package let type: EventType
}
