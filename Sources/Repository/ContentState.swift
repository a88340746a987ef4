/// One side of a comparison.
package enum ContentState: Sendable, Hashable {
    /// A commit's, by its id or any other name of it.
    case commit(String)
    /// What a worktree holds now, uncommitted and untracked files included.
    case worktree
}
