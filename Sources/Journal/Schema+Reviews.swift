internal import GRDB

extension Schema {
    static func addReviews(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE reviews (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL REFERENCES projects (id),
                    runId TEXT NOT NULL REFERENCES runs (id),
                    body BLOB NOT NULL
                ) STRICT;
                CREATE INDEX reviewsByRun ON reviews (runId, id);
                """)
    }
}
