internal import GRDB

/// A database that is only looked at, as of one moment, whether a hub has it open or not.
package struct StoredJournal {
    private let path: String
    private let coding: any JournalCoding

    package init(_ path: String, coding: any JournalCoding) {
        self.path = path
        self.coding = coding
    }

    /// Blocks for as long as `body` takes.
    ///
    /// - Throws: `JournalError`, and what `body` throws.
    package func read<Value>(_ body: (Reader) throws -> Value) throws -> Value {
        try JournalError.wrapping {
            try Storage.inspect(path)
            var configuration = Configuration()
            configuration.readonly = true
            let database = try DatabaseQueue(path: path, configuration: configuration)
            let value = try database.read { db in
                guard try Schema.migrator.hasCompletedMigrations(db) else {
                    throw JournalError.damaged(
                        "\(path) is from an older version; a hub that starts brings it up to date")
                }
                return try body(Reader(db, coding: coding))
            }
            try database.close()
            return value
        }
    }
}
