internal import GRDB

extension Schema {
    static func addJobs(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE jobs (
                    id TEXT PRIMARY KEY,
                    projectId TEXT,
                    kind TEXT NOT NULL,
                    status TEXT NOT NULL,
                    body BLOB NOT NULL
                ) STRICT;
                CREATE INDEX jobsByStatus ON jobs (status, id);
                CREATE TABLE jobLog (
                    jobId TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    "index" INTEGER NOT NULL,
                    ts INTEGER NOT NULL,
                    text TEXT NOT NULL,
                    PRIMARY KEY (jobId, "index")
                ) STRICT, WITHOUT ROWID;
                ALTER TABLE events ADD COLUMN jobId TEXT;
                """)
    }
}
