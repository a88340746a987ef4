/// What a worktree holds that no commit does.
package enum WorktreeState: Sendable, Equatable {
    case clean
    /// How many files are changed, staged or untracked; ignored ones do not count, nor do those inside of submodules.
    case dirty(files: Int)
    case missing
}
