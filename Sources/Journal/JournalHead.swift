internal import GRDB
internal import Model

/// Where a journal ends, and how far it goes back.
struct JournalHead: Sendable, Equatable {
    /// Its row.
    let id: Int64
    let epoch: String
    /// Of its last event; 0 before the first.
    var seq: UInt64
    /// Of the first event that it is complete from; `seq` + 1 when it has none.
    var oldest: UInt64 = 1
    /// What the events from there on take.
    var bytes = 0

    /// What an event takes beside its payload: its other columns and its place in the index. An estimate.
    /// The third migration counts with it: a new number needs a migration that counts anew.
    static let eventOverheadBytes = 120

    static func fetch(_ journal: JournalKey, from db: Database) throws -> JournalHead? {
        let statement = try db.cachedStatement(sql: "SELECT id, epoch, seq, oldest, bytes FROM journals WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [journal.description]).map { row in
            JournalHead(
                id: row[0], epoch: row[1], seq: UInt64(row[2] as Int64), oldest: UInt64(row[3] as Int64), bytes: row[4])
        }
    }

    /// A journal without events, with a history of its own.
    static func make(_ journal: JournalKey, in db: Database, ids: any IdentifierSource) throws -> JournalHead {
        try make(named: journal.description, in: db, ids: ids)
    }

    /// - Parameter name: a journal's, or one that no journal has: then nobody finds it.
    static func make(named name: String, in db: Database, ids: any IdentifierSource) throws -> JournalHead {
        let epoch = makeEpoch(ids.next())
        let statement = try db.cachedStatement(sql: "INSERT INTO journals (name, epoch, seq) VALUES (?, ?, 0)")
        try statement.execute(arguments: [name, epoch])
        return JournalHead(id: db.lastInsertedRowID, epoch: epoch, seq: 0)
    }

    func save(in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE journals SET seq = ?, oldest = ?, bytes = ? WHERE id = ?")
            .execute(arguments: [Int64(seq), Int64(oldest), bytes, id])
    }

    /// 40 bits of chance: enough that a client never mistakes a restored history for the one it knew.
    private static let epochCharacterCount = 8

    /// The end of an identifier is all chance.
    static func makeEpoch(_ ulid: ULID) -> String {
        ulid.description.suffix(epochCharacterCount).lowercased()
    }
}
