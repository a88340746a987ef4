internal import GRDB

/// What a copy of the database has, without its being opened as a journal.
package enum BackedUp {
    /// What the files of its attachments are called.
    package static func attachmentFiles(in file: String) throws -> Set<String> {
        try JournalError.wrapping {
            var configuration = Configuration()
            configuration.readonly = true
            let database = try DatabaseQueue(path: file, configuration: configuration)
            let names = try database.read { db in
                // One from before there were any has no table, and one that an older hub left may say it otherwise.
                guard try db.tableExists("attachments") else { return [String]() }
                let hasNames = try db.columns(in: "attachments").contains { $0.name == "file" }
                return try String.fetchAll(db, sql: "SELECT DISTINCT \(hasNames ? "file" : "id") FROM attachments")
            }
            try database.close()
            return Set(names)
        }
    }
}
