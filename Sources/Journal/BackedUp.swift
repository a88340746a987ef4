internal import GRDB
package import Model

/// What a copy of the database has, without its being opened as a journal.
package enum BackedUp {
    package static func attachmentIDs(in file: String) throws -> Set<Attachment.ID> {
        try JournalError.wrapping {
            var configuration = Configuration()
            configuration.readonly = true
            let database = try DatabaseQueue(path: file, configuration: configuration)
            let ids = try database.read { db in
                // One from before there were any has no table.
                guard try db.tableExists("attachments") else { return [String]() }
                return try String.fetchAll(db, sql: "SELECT id FROM attachments")
            }
            try database.close()
            return Set(ids.map(Attachment.ID.init(trusted:)))
        }
    }
}
