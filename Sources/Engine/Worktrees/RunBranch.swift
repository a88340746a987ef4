import Journal
package import Model
import Repository

/// How a run's worktree stands, as the wire has it.
package struct RunBranch: Codable, Sendable, Equatable {
    package struct Conflict: Codable, Sendable, Equatable {
        package let path: String
        /// `bothModified bothAdded bothDeleted addedByUs addedByThem deletedByUs deletedByThem`
        package let kind: String
    }

    package let id: String
    package let runId: Run.ID
    package let branch: String?
    package let head: String?
    package let targetBranch: String
    package let ahead: Int?
    package let behind: Int?
    package let upstream: String?
    package let remoteAhead: Int?
    package let remoteBehind: Int?
    package let changed: Int
    package let untracked: Int
    /// `merge rebase cherryPick revert`
    package let operation: String?
    package let conflictedFiles: [Conflict]

    init(_ status: BranchStatus, of run: Run) {
        (id, runId) = (StateKind.branch.id(of: run.id), run.id)
        (branch, head, targetBranch) = (status.branch, status.head, run.targetBranch)
        (ahead, behind) = (status.target?.ahead, status.target?.behind)
        (upstream, remoteAhead, remoteBehind) = (status.upstream, status.remote?.ahead, status.remote?.behind)
        (changed, untracked, operation) = (status.changed, status.untracked, status.operation?.rawValue)
        conflictedFiles = status.conflicts.map { Conflict(path: $0.path, kind: $0.kind.rawValue) }
    }
}
