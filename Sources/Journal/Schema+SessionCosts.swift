internal import GRDB

extension Schema {
    /// Until now what a run had cost was taken for what its session had: for most that is true.
    static func addSessionCosts(_ db: Database) throws {
        let cost = "json_extract(CAST(body AS TEXT), '$.usage.costUsd')"
        try db.execute(
            sql: """
                UPDATE runs SET body = CAST(json_set(CAST(body AS TEXT), '$.sessionCostUsd', \(cost)) AS BLOB)
                WHERE json_extract(CAST(body AS TEXT), '$.sessionId') IS NOT NULL AND \(cost) IS NOT NULL
                """)
    }
}
