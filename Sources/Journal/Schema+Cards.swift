internal import GRDB

extension Schema {
    /// What cards have to do with one another, and when those are due that are put off.
    static func addCardLinks(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE cards ADD COLUMN parentId TEXT;
                ALTER TABLE cards ADD COLUMN activateAt INTEGER;
                CREATE INDEX cardsByParent ON cards (parentId) WHERE parentId IS NOT NULL;
                CREATE INDEX cardsByActivation ON cards (activateAt) WHERE activateAt IS NOT NULL;
                CREATE TABLE cardDependencies (
                    cardId TEXT NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
                    onId TEXT NOT NULL,
                    PRIMARY KEY (cardId, onId)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX cardDependenciesByTarget ON cardDependencies (onId, cardId);
                """)
    }
}
