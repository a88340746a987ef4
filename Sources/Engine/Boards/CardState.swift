package import Journal
package import Model

/// Where a card stands and what its runs came to: what whoever only looks on asks for.
package struct CardState: Sendable, Codable {
    package let id: Card.ID
    package let title: String
    package let status: Card.Status
    package let boardId: Board.ID
    package let columnId: BoardColumn.ID
    package let columnName: String
    package let position: Double
    package let version: Int
    /// The newest first.
    package let runs: [RunResult]
    /// One is queued, at work, or paused.
    package let hasActiveRun: Bool
    package let hasMergedRun: Bool
    /// nil without a run.
    package let lastRunFailed: Bool?
}

extension Reader {
    package func state(of card: Card) throws -> CardState {
        let runs = try runResults(of: card.id)
        return CardState(
            id: card.id, title: card.title, status: card.status, boardId: card.boardId, columnId: card.columnId,
            columnName: try required(card.columnId).name, position: card.position, version: card.version, runs: runs,
            hasActiveRun: runs.contains { !$0.status.isSettled && $0.status != .draft },
            hasMergedRun: runs.contains { $0.merge.hasLanded },
            lastRunFailed: runs.first.map { $0.status == .failed || $0.status == .interrupted })
    }
}
