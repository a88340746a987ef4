internal import GRDB

extension Schema {
    /// Who may do what. A secret's hash stands beside its token, whose row is told to others.
    ///
    /// The hub's events are shown to those whom they concern, so they say whom. In a project's journal both stay NULL:
    /// they stand behind the payload, where looking for them costs a walk through its overflow pages.
    static func addAccess(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE users (
                    id TEXT PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    role TEXT NOT NULL,
                    status TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE TABLE tokens (
                    id TEXT PRIMARY KEY,
                    userId TEXT NOT NULL REFERENCES users (id),
                    body BLOB NOT NULL
                ) STRICT;
                CREATE INDEX tokensByUser ON tokens (userId, id);
                CREATE TABLE tokenHashes (
                    tokenId TEXT PRIMARY KEY REFERENCES tokens (id) ON DELETE CASCADE,
                    hash BLOB NOT NULL UNIQUE
                ) STRICT;
                CREATE TABLE members (
                    id TEXT PRIMARY KEY,
                    projectId TEXT NOT NULL REFERENCES projects (id),
                    userId TEXT NOT NULL REFERENCES users (id),
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX membersByProject ON members (projectId, userId);
                CREATE INDEX membersByUser ON members (userId);
                ALTER TABLE events ADD COLUMN projectId TEXT;
                ALTER TABLE events ADD COLUMN userId TEXT;
                UPDATE events SET projectId = json_extract(CAST(payload AS TEXT), '$.projectId')
                    WHERE journal = (SELECT id FROM journals WHERE name = 'hub');
                """)
    }
}
