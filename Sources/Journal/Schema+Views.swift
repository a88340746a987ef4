internal import GRDB

extension Schema {
    /// What each user has seen: a card's version, and a moment up to which he has read all of a project. Cards say in columns
    /// when they changed last, so that what is unread is found without looking at those that have not changed since.
    static func addViews(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE cardViews (
                    userId TEXT NOT NULL,
                    cardId TEXT NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
                    version INTEGER NOT NULL,
                    PRIMARY KEY (userId, cardId)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX cardViewsByCard ON cardViews (cardId);
                CREATE TABLE projectViews (
                    userId TEXT NOT NULL,
                    projectId TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
                    viewedAt INTEGER NOT NULL,
                    PRIMARY KEY (userId, projectId)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX projectViewsByProject ON projectViews (projectId);
                ALTER TABLE cards ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
                ALTER TABLE cards ADD COLUMN updatedAt INTEGER NOT NULL DEFAULT 0;
                UPDATE cards SET version = json_extract(CAST(body AS TEXT), '$.version'),
                    updatedAt = CAST(round((julianday(json_extract(CAST(body AS TEXT), '$.updatedAt')) - 2440587.5)
                        * 86400000) AS INTEGER);
                CREATE INDEX cardsByChange ON cards (projectId, updatedAt);
                """)
    }
}
