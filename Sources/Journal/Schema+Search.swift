internal import GRDB

extension Schema {
    /// What cards and entries are found by (https://www.sqlite.org/fts5.html, section 4.4.3: an external content table).
    ///
    /// `searchDue` has those that were changed since they were indexed, the longest waiting first; `searchFilling` how far
    /// rows from before this were looked at. The text stands here once more, as it was indexed: an index entry can be
    /// removed only by the very text that made it. `scope` has the words `card` or `entry` and the project's ULID, so that
    /// the index itself narrows a search.
    static func addSearch(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE searchDocuments (
                    id INTEGER PRIMARY KEY,
                    subject TEXT NOT NULL UNIQUE,
                    scope TEXT NOT NULL,
                    title TEXT NOT NULL,
                    text TEXT NOT NULL
                ) STRICT;
                CREATE VIRTUAL TABLE searchIndex USING fts5(
                    scope, title, text, content = 'searchDocuments', content_rowid = 'id',
                    tokenize = 'unicode61 remove_diacritics 2');
                CREATE TABLE searchDue (id INTEGER PRIMARY KEY, subject TEXT NOT NULL UNIQUE) STRICT;
                CREATE TABLE searchFilling (kind TEXT PRIMARY KEY, after TEXT NOT NULL) STRICT;
                INSERT INTO searchFilling (kind, after) VALUES ('card', ''), ('entry', '');
                """)
    }
}
