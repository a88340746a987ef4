internal import GRDB

extension Schema {
    static func addSessions(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE sessions (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL REFERENCES projects (id),
                    runId TEXT NOT NULL REFERENCES runs (id),
                    cardId TEXT,
                    kind TEXT NOT NULL,
                    status TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE INDEX sessionsByProject ON sessions (projectId, id);
                CREATE INDEX sessionsByRun ON sessions (runId);
                CREATE INDEX sessionsByCard ON sessions (cardId, id);
                """)
    }
}
