/// A worktree that a repository has on its list.
package struct WorktreeEntry: Sendable, Equatable {
    package let path: String
    /// nil when HEAD is detached.
    package let branch: String?
    package let head: String?
    /// The repository's own working directory.
    package let isOwn: Bool
    package let exists: Bool
}
