extension Schema {
    // What the files hold stands in the data folder, each under its row's identifier.
    static let attachments = """
        CREATE TABLE attachments (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            cardId TEXT NOT NULL REFERENCES cards (id),
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX attachmentsByCard ON attachments (cardId, id);
        """
}
