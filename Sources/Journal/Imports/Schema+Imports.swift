internal import GRDB

extension Schema {
    /// The projects that are on their way in: their rows are not told of yet, and go when the import does not end.
    static func addImports(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE imports (
                    projectId TEXT PRIMARY KEY,
                    journal INTEGER NOT NULL UNIQUE
                ) STRICT;
                """)
    }
}
