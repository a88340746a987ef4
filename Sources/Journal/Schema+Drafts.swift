internal import GRDB

extension Schema {
    static func addDrafts(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE drafts (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL REFERENCES projects (id),
                    runId TEXT NOT NULL REFERENCES runs (id),
                    type TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX draftsByRun ON drafts (runId, type);
                CREATE INDEX draftsByProject ON drafts (projectId, id);
                """)
    }
}
