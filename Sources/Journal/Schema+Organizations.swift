internal import GRDB

extension Schema {
    /// What is an organization's is shown to those who have a seat in it, so the hub's events say whose they are.
    static func addOrganizations(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE organizations (
                    id TEXT PRIMARY KEY,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE TABLE seats (
                    id TEXT PRIMARY KEY,
                    organizationId TEXT NOT NULL REFERENCES organizations (id),
                    userId TEXT NOT NULL REFERENCES users (id),
                    role TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX seatsByOrganization ON seats (organizationId, userId);
                CREATE INDEX seatsByUser ON seats (userId);
                ALTER TABLE projects ADD COLUMN organizationId TEXT;
                CREATE INDEX projectsByOrganization ON projects (organizationId) WHERE organizationId IS NOT NULL;
                ALTER TABLE profiles RENAME COLUMN projectId TO owner;
                ALTER TABLE events ADD COLUMN organizationId TEXT;
                """)
    }
}
