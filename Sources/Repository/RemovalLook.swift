/// What is to be known of a worktree before it is removed.
package struct RemovalLook: Sendable, Equatable {
    /// Files that are changed, staged or untracked.
    package let changed: Int
    package let hasSubmodules: Bool
    /// Something in submodules or where they would be, or a repository of which git says no more than that it is there: nobody can vouch
    /// for those.
    package internal(set) var holdsRepositories = false
    package internal(set) var operation: WorktreeOperation?
    package internal(set) var head: String?
    /// Some ref holds HEAD's commit.
    package internal(set) var isReachable = true
    /// What git ignores: no commit has it. Folders of which everything is ignored end with `/`.
    package internal(set) var ignored: [String] = []

    init(changed: Int, hasSubmodules: Bool) {
        self.changed = changed
        self.hasSubmodules = hasSubmodules
    }

    /// - Returns: why it has to stay, or nil.
    package func obstacle(takesChanges: Bool, path: String) -> RepositoryError? {
        if let operation { return .operationInProgress(operation, worktree: path) }
        if holdsRepositories { return .worktreeHasSubmodules(path) }
        if changed > 0, !takesChanges { return .worktreeDirty(path, files: changed) }
        guard let head else { return .commitNotFound("HEAD") }
        return isReachable ? nil : .worktreeUnreachable(path, head: head)
    }
}
