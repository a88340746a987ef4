package import Model

/// What events tell of a run's worktree and no row keeps: the newest takes the place of the one before, under an identifier
/// made of the run's.
package enum StateKind: String, Sendable, CaseIterable {
    case branch = "bst"
    case diff = "dif"
    case files = "fch"
    /// What the run came to, as its end told it.
    case summary = "sum"

    package func id(of run: Run.ID) -> String { "\(rawValue)_\(run.rawValue.suffix(26))" }

    /// In SQL: whether an identifier is of something that has a row.
    static func excluded(_ column: String) -> String {
        "substr(\(column), 1, 3) NOT IN (\(allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
    }
}
