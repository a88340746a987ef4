package import Model
import Repository

/// A worktree of a project's repository, as the wire has it.
package struct ProjectWorktree: Codable, Sendable, Equatable {
    package enum Owner: String, Codable, Sendable, CaseIterable {
        /// The project's own folder.
        case project
        case run
        /// Somebody has made it without the hub, which leaves it alone.
        case other
    }
    package enum State: String, Codable, Sendable, CaseIterable {
        case clean, changed, missing
    }

    package let path: String
    package let owner: Owner
    package let runId: Run.ID?
    package let runStatus: Run.Status?
    package let branch: String?
    package let head: String?
    package let state: State
    /// Files that are changed, staged or untracked.
    package let changed: Int
    /// Of what git ignores, the first few: no commit has it. Whole folders end with `/`.
    package let ignored: [String]
    package let ignoredCount: Int
    /// Why a clean-up leaves it alone; nil when it would take it.
    package let kept: String?

    /// 20 names tell whether anything of worth is among them.
    static let ignoredShownMax = 20
}

/// A worktree that was removed and can be had back, as the wire has it.
package struct RemovedProjectWorktree: Codable, Sendable, Equatable {
    package let id: String
    package let runId: String
    package let path: String
    package let branch: String?
    package let head: String
    /// A commit with its files, on top of `head`.
    package let commit: String
    package let removedAt: Timestamp
    /// Until then it can be had back.
    package let until: Timestamp

    init(_ removed: RemovedWorktree, undoSeconds: Int) {
        (id, runId, path) = (removed.name, removed.scope, removed.path)
        (branch, head, commit, removedAt) = (removed.branch, removed.head, removed.commit, removed.removedAt)
        until = removed.removedAt.adding(milliseconds: 1_000 * Int64(undoSeconds))
    }
}

/// What a clean-up of worktrees did, or would do.
package struct WorktreeCleaning: Codable, Sendable, Equatable {
    package let preview: Bool
    package let removed: [ProjectWorktree]
    package let kept: [ProjectWorktree]
}
