/// What came of a pull.
package enum PullOutcome: Sendable, Equatable {
    case upToDate
    case done(head: String)
    /// Both have commits that the other has not, and nobody said what is to become of that.
    case diverged(ahead: Int, behind: Int)
    case conflict([BranchStatus.Conflict], operation: WorktreeOperation)
}
