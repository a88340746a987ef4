/// What came of a merge. Unless it is `merged`, nothing has changed.
package enum MergeOutcome: Sendable, Equatable {
    case merged(commit: String)
    case conflict([ConflictedFile])
    case nothingToMerge
    /// `fastForward` only: the target has commits that the branch has not.
    case diverged
    case targetBusy(TargetBusy)
}
