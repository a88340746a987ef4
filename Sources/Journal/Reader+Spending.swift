package import Model
internal import GRDB

/// Whose runs are summed up.
package enum Spender: Sendable, Equatable {
    case run(Run.ID)
    case card(Card.ID)
    case project(Project.ID)

    fileprivate var condition: (sql: String, value: String) {
        switch self {
        case .run(let id): ("runs.id = ?", id.rawValue)
        case .card(let id): ("runs.cardId = ?", id.rawValue)
        case .project(let id): ("runs.projectId = ?", id.rawValue)
        }
    }
}

extension Reader {
    /// What runs have consumed so far. What none of them tells is nil, never 0.
    package func spent(by spender: Spender, at now: Timestamp) throws -> Budget {
        let (condition, value) = spender.condition
        // The output of processes that live is where their reading stands; a settled one's is in its run's row.
        let statement = try db.cachedStatement(
            sql: """
                SELECT CAST(sum(CAST(tokens AS REAL)) AS INTEGER), sum(costUsd),
                    sum(CASE WHEN runningMs IS NOT NULL OR runningSince IS NOT NULL
                        THEN ifnull(runningMs, 0) + ifnull(max(0, ? - runningSince), 0) END),
                    sum(outputBytes),
                    (SELECT sum(stdoutOffset + stderrOffset) FROM processProgress
                        JOIN processes ON processes.id = processProgress.processId
                        JOIN runs ON runs.id = processes.runId WHERE \(condition))
                FROM runs WHERE \(condition)
                """)
        let rows = try Row.fetchCursor(statement, arguments: [now.millisecondsSince1970, value, value])
        guard let row = try rows.next() else { return Budget() }
        let settled: Int? = row[3]
        let living: Int? = row[4]
        return Budget(
            tokens: row[0], costUsd: row[1], runningMs: row[2],
            outputBytes: settled == nil && living == nil ? nil : (settled ?? 0) + (living ?? 0))
    }
}
