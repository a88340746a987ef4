internal import GRDB

extension Schema {
    /// Tags of the hub have an empty `projectId`.
    static func addTags(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE tags (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL,
                    type TEXT NOT NULL,
                    name TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX tagsByName ON tags (projectId, type, name);
                CREATE TABLE templates (
                    id TEXT PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    body BLOB NOT NULL
                ) STRICT;
                """)
    }
}
