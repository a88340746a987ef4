/// How a branch lands on another.
package enum MergeStrategy: String, Sendable, CaseIterable {
    /// A commit with both as parents, even where none is needed.
    case merge
    /// One commit with all of the branch's changes and no trace of its history.
    case squash
    /// No commit: the target moves to the branch, if it is behind it.
    case fastForward
}
