internal import GRDB

extension Schema {
    /// Beside their users, whose rows are told to others.
    static func addPasswords(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE passwords (
                    userId TEXT PRIMARY KEY REFERENCES users (id),
                    salt BLOB NOT NULL,
                    cost INTEGER NOT NULL,
                    parallelization INTEGER NOT NULL,
                    hash BLOB NOT NULL
                ) STRICT;
                """)
    }
}
