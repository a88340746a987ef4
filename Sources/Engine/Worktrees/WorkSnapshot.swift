package import Model
import Repository

/// A saved state of a run's worktree, or of a project's own folder, as the wire has it.
package struct WorkSnapshot: Codable, Sendable, Equatable {
    package static let idPrefix = "snp_"

    package let id: String
    package let projectId: Project.ID
    /// nil: of the project's own folder.
    package let runId: Run.ID?
    /// `auto manual restore`
    package let kind: String
    package let note: String
    /// `refs/roost/snapshots/<run or project>/<id>`
    package let ref: String
    package let commit: String
    /// What the branch was at.
    package let head: String?
    package let createdAt: Timestamp

    init(_ snapshot: Snapshot, of run: Run.ID?, in project: Project.ID) {
        (id, projectId, runId) = (snapshot.name, project, run)
        (kind, note) = (snapshot.kind.rawValue, snapshot.note)
        ref = Snapshot.ref(scope: snapshot.scope, name: snapshot.name)
        (commit, head, createdAt) = (snapshot.commit, snapshot.head, snapshot.createdAt)
    }
}
