internal import GRDB
internal import Model

/// Opens the database: ours only, in its newest shape.
enum Storage {
    /// Another process may look into the file (`sqlite3`, a backup): it holds us up for its moment, not for ever.
    private static let busySeconds = 10.0

    static func open(
        _ location: Journal.Location, durability: Journal.Durability, ids: any IdentifierSource
    ) throws -> any DatabaseWriter {
        var configuration = Configuration()
        configuration.label = "journal"
        configuration.busyMode = .timeout(busySeconds)
        configuration.prepareDatabase { db in
            // Before the first page is written; a file that has some keeps what it has.
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        let database: any DatabaseWriter
        switch location {
        case .memory:
            database = try DatabaseQueue(configuration: configuration)
        case .file(let path):
            try inspect(path, configuration)
            database = try DatabasePool(path: path, configuration: configuration)
        }
        try Schema.migrator.migrate(database)
        try database.write { db in
            if try JournalHead.fetch(.hub, from: db) == nil { _ = try JournalHead.make(.hub, in: db, ids: ids) }
        }
        // Not in `prepareDatabase`: the pool sets NORMAL after it.
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
        }
        return database
    }

    /// Refuses what is not ours to open, before anything is written to it.
    static func inspect(_ path: String, _ configuration: Configuration = Configuration()) throws {
        var configuration = configuration
        configuration.readonly = true
        do {
            let file = try DatabaseQueue(path: path, configuration: configuration)
            try file.read { db in
                guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") != 0 else { return }
                guard try Int.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
                    throw JournalError.notAJournal(path: path, reason: "it is another program's database")
                }
                guard try !Schema.migrator.hasBeenSuperseded(db) else {
                    let unknown = try Schema.migrator.appliedIdentifiers(db).subtracting(Schema.migrator.migrations)
                    throw JournalError.newerSchema(path: path, migrations: unknown.sorted())
                }
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw JournalError.notAJournal(path: path, reason: "it is not an SQLite database")
        }
    }
}
