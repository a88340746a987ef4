package import Model

/// What events tell and no row keeps: the newest takes the place of the one before, under an identifier made of that of what it
/// is about. Of a run's worktree, or of what a user has seen of a card or project.
package enum StateKind: String, Sendable, CaseIterable {
    case branch = "bst"
    case diff = "dif"
    case files = "fch"
    /// What the run came to, as its end told it.
    case summary = "sum"
    case view = "cvw"
    /// A command of an agent's, of which its entry has all.
    case command = "cmd"

    package func id<E: Entity>(of subject: Identifier<E>) -> String { "\(rawValue)_\(subject.rawValue.suffix(26))" }

    /// In SQL: whether an identifier is of something that has a row.
    static func excluded(_ column: String) -> String {
        "substr(\(column), 1, 3) NOT IN (\(allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
    }
}
