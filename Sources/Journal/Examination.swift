internal import Foundation
internal import GRDB

/// Looks whether a journal's file is what it should be. A hub may have it open: what is looked at is one moment of it.
package struct Examination: Sendable {
    /// 100 complaints: the first ten say what is wrong, more are for whoever repairs it.
    static let complaintsMax = 100

    package let path: String

    package init(path: String) { self.path = path }

    /// - Returns: what is wrong, one line each; empty when nothing is.
    /// - Throws: `JournalError` when the file is no journal of ours, or cannot be read at all.
    package func run() throws -> [String] {
        try JournalError.wrapping {
            guard FileManager.default.fileExists(atPath: path) else {
                throw JournalError.notAJournal(path: path, reason: "there is no such file")
            }
            try Storage.inspect(path)
            var configuration = Configuration()
            configuration.readonly = true
            let file = try DatabaseQueue(path: path, configuration: configuration)
            let complaints = try file.read { db in
                let broken = try Self.structure(db)
                // What cannot be read rightly would only be misunderstood.
                guard broken.isEmpty else { return broken }
                guard try Schema.migrator.hasCompletedMigrations(db) else { return [] }
                return try Self.numbers(db) + Self.rows(db)
            }
            try file.close()
            return Array(complaints.prefix(Self.complaintsMax))
        }
    }

    private static func structure(_ db: Database) throws -> [String] {
        let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(complaintsMax))")
        let strays = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
            "a row of \(row["table"] as String) points to a missing row of \(row["parent"] as String)"
        }
        return (lines == ["ok"] ? [] : lines) + strays
    }

    /// Numbers have no holes, and a journal knows where it begins, where it ends and what it takes.
    private static func numbers(_ db: Database) throws -> [String] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT j.name AS name, j.oldest AS oldest, j.seq AS seq, j.bytes AS bytes, count(e.id) AS count,
                    ifnull(min(e.seq), j.seq + 1) AS first, ifnull(max(e.seq), j.seq) AS last,
                    ifnull(sum(length(e.payload) + \(JournalHead.eventOverheadBytes)), 0) AS used
                FROM journals j LEFT JOIN events e ON e.journal = j.id GROUP BY j.id
                """)
        var complaints: [String] = []
        for row in rows {
            let (name, oldest, seq): (String, Int, Int) = (row["name"], row["oldest"], row["seq"])
            let (first, last, count): (Int, Int, Int) = (row["first"], row["last"], row["count"])
            if first != oldest || last != seq || count != seq - oldest + 1 {
                complaints.append(
                    "journal \(name) should have the events \(oldest) to \(seq), and has \(count) from \(first) to \(last)"
                )
            }
            if (row["bytes"] as Int) != (row["used"] as Int) {
                complaints.append("journal \(name) takes \(row["used"] as Int) bytes and says \(row["bytes"] as Int)")
            }
        }
        let strays = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM events WHERE journal NOT IN (SELECT id FROM journals)")
        if let strays, strays > 0 { complaints.append("\(strays) events belong to no journal") }
        return complaints
    }

    /// A row is what the last event about it says. What no event tells of any more is older than what is kept.
    private static func rows(_ db: Database) throws -> [String] {
        // In the connection's own temporary database: the file itself is only read.
        try db.execute(sql: "CREATE TEMP TABLE told (id TEXT PRIMARY KEY, event INTEGER NOT NULL)")
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO told SELECT json_extract(CAST(payload AS TEXT), '$.data.id'), id FROM events
                WHERE json_extract(CAST(payload AS TEXT), '$.data.id') IS NOT NULL ORDER BY id
                """)
        var complaints: [String] = []
        for table in Schema.entityTables {
            let wrong = try String.fetchAll(
                db,
                sql: """
                    SELECT r.id FROM \(table) r JOIN told USING (id) JOIN events e ON e.id = told.event
                    WHERE json_extract(CAST(e.payload AS TEXT), '$.data') IS NOT CAST(r.body AS TEXT)
                    LIMIT \(complaintsMax)
                    """)
            complaints += wrong.map { "\($0) is not what the last event about it says" }
        }
        let all = Schema.entityTables.map { "SELECT id FROM \($0)" }.joined(separator: " UNION ALL ")
        let lost = try String.fetchAll(
            db,
            sql: """
                SELECT told.id FROM told JOIN events e ON e.id = told.event
                WHERE e.type NOT LIKE '%.deleted' AND \(StateKind.excluded("told.id")) AND told.id NOT IN (\(all))
                LIMIT \(complaintsMax)
                """)
        return complaints + lost.map { "\($0) is told of, and has no row" } + (try strayWords(db))
    }

    private static func strayWords(_ db: Database) throws -> [String] {
        let strays = try String.fetchAll(
            db,
            sql: """
                SELECT subject FROM searchDocuments WHERE subject NOT IN (
                    SELECT id FROM cards UNION ALL SELECT id FROM entries UNION ALL SELECT subject FROM searchDue)
                LIMIT \(complaintsMax)
                """)
        return strays.map { "\($0) can be searched for, and has no row" }
    }
}
