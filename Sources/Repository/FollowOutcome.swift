/// What came of bringing a branch to where its remote is.
package enum FollowOutcome: Sendable, Equatable {
    /// - Parameter ahead: commits that the remote has not.
    case upToDate(ahead: Int)
    case followed(from: String, to: String, commits: Int)
    /// Both have commits that the other has not.
    case diverged(ahead: Int, behind: Int)
    case busy(TargetBusy)
}
