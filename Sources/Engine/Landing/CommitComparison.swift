/// How a run's branch stands to a commit, as the wire has it.
package struct CommitComparison: Codable, Sendable, Equatable {
    package let head: String
    package let commit: String
    /// Commits of the branch that the commit has not.
    package let ahead: Int
    package let behind: Int
    /// The commit is in the branch's history.
    package let isLinear: Bool
}
