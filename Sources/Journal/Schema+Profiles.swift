internal import GRDB

extension Schema {
    /// Those of the hub have an empty `projectId`.
    static func addProfiles(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE profiles (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL,
                    name TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX profilesByName ON profiles (projectId, name);
                """)
    }
}
