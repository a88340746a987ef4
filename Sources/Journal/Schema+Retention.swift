internal import GRDB

extension Schema {
    /// What a journal remembers of its past: it is complete from `oldest` on, and `bytes` is what that takes.
    ///
    /// Events of pinned runs that are older stand in a table of their own, so that `events` has no holes that a subscriber
    /// could pass without noticing.
    static func addRetention(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE journals ADD COLUMN oldest INTEGER NOT NULL DEFAULT 1;
                ALTER TABLE journals ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
                UPDATE journals SET
                    oldest = ifnull((SELECT min(seq) FROM events WHERE journal = journals.id), seq + 1),
                    bytes = (SELECT ifnull(sum(length(payload) + \(JournalHead.eventOverheadBytes)), 0)
                        FROM events WHERE journal = journals.id);
                ALTER TABLE runs ADD COLUMN pinnedFrom INTEGER;
                CREATE INDEX runsPinned ON runs (id) WHERE pinnedFrom IS NOT NULL;
                CREATE TABLE pinnedEvents (
                    runId TEXT NOT NULL,
                    seq INTEGER NOT NULL,
                    type TEXT NOT NULL,
                    severity TEXT NOT NULL,
                    cardId TEXT,
                    processId TEXT,
                    payload BLOB NOT NULL,
                    PRIMARY KEY (runId, seq)
                ) STRICT;
                CREATE TABLE seal (nonce TEXT NOT NULL) STRICT;
                """)
    }
}
