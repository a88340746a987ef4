internal import GRDB

/// The tables, and how a file gets from an older version's to this one's. A migration that was released never changes.
enum Schema {
    /// `Rost` in ASCII: how `file` and we tell a journal from other SQLite files
    /// (https://www.sqlite.org/pragma.html#pragma_application_id).
    static let applicationID = 0x526F_7374

    /// Those whose rows are told of by events.
    static let entityTables = [
        "projects", "boards", "columns", "cards", "runs", "processes", "entries", "approvals",
        "consumers", "attachments", "jobs", "users", "tokens", "members", "policies",
        "credentials", "profiles", "reviews", "organizations", "seats", "sessions",
        "drafts", "tags", "templates", "preferences",
    ]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-first") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: journals)
            try db.execute(sql: plans)
            try db.execute(sql: work)
            try db.execute(sql: bookkeeping)
        }
        migrator.registerMigration("2-answers") { db in try db.execute(sql: answers) }
        migrator.registerMigration("3-retention", migrate: addRetention)
        migrator.registerMigration("4-consumers") { db in try db.execute(sql: consumers) }
        migrator.registerMigration("5-attachments") { db in try db.execute(sql: attachments) }
        migrator.registerMigration("6-access", migrate: addAccess)
        migrator.registerMigration("7-search", migrate: addSearch)
        migrator.registerMigration("8-jobs", migrate: addJobs)
        migrator.registerMigration("10-engine", migrate: addEngine)
        migrator.registerMigration("12-policies", migrate: addPolicies)
        migrator.registerMigration("12-credentials", migrate: addCredentials)
        migrator.registerMigration("13-imports", migrate: addImports)
        migrator.registerMigration("14-cards", migrate: addCardLinks)
        migrator.registerMigration("15-reviews", migrate: addReviews)
        migrator.registerMigration("19-profiles", migrate: addProfiles)
        migrator.registerMigration("21-pull-requests", migrate: addPullRequests)
        migrator.registerMigration("26-drafts", migrate: addDrafts)
        migrator.registerMigration("27-views", migrate: addViews)
        migrator.registerMigration("28-tags", migrate: addTags)
        migrator.registerMigration("29-preferences", migrate: addPreferences)
        migrator.registerMigration("30-sessions", migrate: addSessions)
        migrator.registerMigration("32-organizations", migrate: addOrganizations)
        migrator.registerMigration("33-passwords", migrate: addPasswords)
        migrator.registerMigration("34-attachment-files", migrate: addAttachmentFiles)
        migrator.registerMigration("35-preferences-by-key", migrate: addPreferenceKeys)
        migrator.registerMigration("36-answers-without-secrets", migrate: removeSecretAnswers)
        migrator.registerMigration("37-session-costs", migrate: addSessionCosts)
        return migrator
    }

    // Events are appended in the order of commit, whatever their journal, so that a commit touches few pages;
    // the index finds them by journal and number.
    private static let journals = """
        CREATE TABLE journals (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            epoch TEXT NOT NULL,
            seq INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            journal INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            ts INTEGER NOT NULL,
            type TEXT NOT NULL,
            severity TEXT NOT NULL,
            cardId TEXT,
            runId TEXT,
            processId TEXT,
            payload BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX eventsBySeq ON events (journal, seq);
        """

    private static let plans = """
        CREATE TABLE projects (
            id TEXT PRIMARY KEY,
            slug TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL,
            status TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX projectsByPath ON projects (path);
        CREATE TABLE boards (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            position REAL NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX boardsByProject ON boards (projectId, position);
        CREATE TABLE columns (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            boardId TEXT NOT NULL REFERENCES boards (id),
            position REAL NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX columnsByProject ON columns (projectId, boardId, position);
        CREATE INDEX columnsByBoard ON columns (boardId, position);
        CREATE TABLE cards (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            boardId TEXT NOT NULL REFERENCES boards (id),
            columnId TEXT NOT NULL REFERENCES columns (id),
            status TEXT NOT NULL,
            position REAL NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX cardsByProject ON cards (projectId, columnId, position, id);
        CREATE INDEX cardsByBoard ON cards (boardId);
        CREATE INDEX cardsByColumn ON cards (columnId, position, id);
        """

    // A run keeps the identifier of a card that is deleted after it: what was done stays told.
    private static let work = """
        CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            cardId TEXT,
            status TEXT NOT NULL,
            queuedAt INTEGER,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX runsByProject ON runs (projectId, id);
        CREATE INDEX runsByCard ON runs (cardId, id);
        CREATE INDEX runsByStatus ON runs (status, queuedAt, id);
        CREATE TABLE processes (
            id TEXT PRIMARY KEY,
            runId TEXT NOT NULL REFERENCES runs (id),
            status TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX processesByRun ON processes (runId, id);
        CREATE INDEX processesByStatus ON processes (status, id);
        CREATE TABLE entries (
            id TEXT PRIMARY KEY,
            runId TEXT NOT NULL REFERENCES runs (id),
            "index" INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX entriesByRun ON entries (runId, "index");
        CREATE TABLE approvals (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            runId TEXT NOT NULL REFERENCES runs (id),
            status TEXT NOT NULL,
            expiresAt INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX approvalsByProject ON approvals (projectId, id);
        CREATE INDEX approvalsByRun ON approvals (runId, id);
        CREATE INDEX approvalsByStatus ON approvals (status, expiresAt);
        """

    // Input is kept as it was appended, each piece at its offset; a piece without bytes is its end.
    private static let bookkeeping = """
        CREATE TABLE processProgress (
            processId TEXT PRIMARY KEY REFERENCES processes (id) ON DELETE CASCADE,
            stdoutOffset INTEGER NOT NULL,
            stderrOffset INTEGER NOT NULL,
            dialogue BLOB NOT NULL
        ) STRICT;
        CREATE TABLE processInput (
            processId TEXT NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
            offset INTEGER NOT NULL,
            bytes BLOB,
            PRIMARY KEY (processId, offset)
        ) STRICT;
        """

    // `secret` is NULL without a webhook. `deliveries` holds what was handed out and not acknowledged.
    private static let consumers = """
        CREATE TABLE consumers (
            id TEXT PRIMARY KEY,
            projectId TEXT NOT NULL REFERENCES projects (id),
            name TEXT NOT NULL,
            isWebhook INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX consumersByName ON consumers (projectId, name);
        CREATE INDEX consumersByWebhook ON consumers (isWebhook, id);
        CREATE TABLE consumerProgress (
            consumerId TEXT PRIMARY KEY REFERENCES consumers (id) ON DELETE CASCADE,
            epoch TEXT NOT NULL,
            scannedTo INTEGER NOT NULL,
            secret BLOB
        ) STRICT;
        CREATE TABLE deliveries (
            consumerId TEXT NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            dueAt INTEGER NOT NULL,
            isDead INTEGER NOT NULL,
            reason TEXT,
            PRIMARY KEY (consumerId, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX deliveriesByDue ON deliveries (consumerId, isDead, dueAt);
        """
}
