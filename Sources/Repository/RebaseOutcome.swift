/// What came of a rebase, or of going on with an operation.
package enum RebaseOutcome: Sendable, Equatable {
    /// - head: what the branch is at now.
    case done(head: String)
    /// git waits in the worktree for somebody to bring these together.
    case conflict([BranchStatus.Conflict], operation: WorktreeOperation)
}
