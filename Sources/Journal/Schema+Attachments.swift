internal import GRDB

extension Schema {
    static let attachments = """
        CREATE TABLE attachments (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            cardId TEXT NOT NULL REFERENCES cards (id),
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX attachmentsByCard ON attachments (cardId, id);
        """

    /// What the files hold stands in the data folder. At first each had its row's identifier for a name; those that come have the
    /// hash of what they hold, and may be several rows'.
    static func addAttachmentFiles(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE attachments ADD COLUMN file TEXT NOT NULL DEFAULT '';
                UPDATE attachments SET file = id;
                CREATE INDEX attachmentsByFile ON attachments (file);
                """)
    }
}
