/// Why the worktree that has the target checked out cannot take a merge now.
package enum TargetBusy: Sendable, Equatable {
    /// Uncommitted, untracked or ignored files that the merge would overwrite.
    case localChanges(files: [String])
    /// A merge, rebase, cherry-pick, revert or `am` waits there for its end.
    case operationInProgress(worktree: String)
    /// Another git is at work on its index, or one was killed at it.
    case indexLocked
    case checkedOutTwice(worktrees: [String])
    /// It moved while we merged, and again while we tried once more.
    case moving
}
