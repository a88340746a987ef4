internal import GRDB

extension Schema {
    /// What is sealed stands beside the row, which is told to others.
    static func addCredentials(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE credentials (
                    id TEXT PRIMARY KEY,
                    scope TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    variable TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX credentialsByOwner ON credentials (scope, owner, variable);
                CREATE TABLE credentialValues (
                    credentialId TEXT PRIMARY KEY REFERENCES credentials (id) ON DELETE CASCADE,
                    sealed BLOB NOT NULL
                ) STRICT;
                """)
    }
}
