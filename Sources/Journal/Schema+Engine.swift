internal import GRDB

extension Schema {
    /// What runs have consumed, so that budgets are sums over an index; and when a process was heard last.
    static func addEngine(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE runs ADD COLUMN tokens INTEGER;
                ALTER TABLE runs ADD COLUMN costUsd REAL;
                ALTER TABLE runs ADD COLUMN runningMs INTEGER;
                ALTER TABLE runs ADD COLUMN runningSince INTEGER;
                ALTER TABLE runs ADD COLUMN outputBytes INTEGER;
                UPDATE runs SET
                    tokens = CASE WHEN coalesce(
                            json_extract(CAST(body AS TEXT), '$.usage.inputTokens'),
                            json_extract(CAST(body AS TEXT), '$.usage.outputTokens')) IS NOT NULL
                        THEN ifnull(json_extract(CAST(body AS TEXT), '$.usage.inputTokens'), 0)
                            + ifnull(json_extract(CAST(body AS TEXT), '$.usage.outputTokens'), 0) END,
                    costUsd = json_extract(CAST(body AS TEXT), '$.usage.costUsd');
                ALTER TABLE processProgress ADD COLUMN heardAt INTEGER;
                """)
    }
}
