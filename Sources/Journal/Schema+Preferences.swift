internal import GRDB

extension Schema {
    /// Those about the hub as a whole have an empty `projectId`.
    static func addPreferences(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE preferences (
                    id TEXT PRIMARY KEY,
                    userId TEXT NOT NULL,
                    projectId TEXT NOT NULL,
                    "key" TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX preferencesByKey ON preferences (userId, projectId, "key");
                """)
    }
    /// For what everybody keeps about a card that goes.
    static func addPreferenceKeys(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX preferencesOfAll ON preferences (\"key\")")
    }
}
