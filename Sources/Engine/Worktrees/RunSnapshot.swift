package import Model
import Repository

/// A saved state of a run's worktree, as the wire has it.
package struct RunSnapshot: Codable, Sendable, Equatable {
    package static let idPrefix = "snp_"

    package let id: String
    package let runId: Run.ID
    /// `auto manual restore`
    package let kind: String
    package let note: String
    /// `refs/roost/snapshots/<run>/<id>`
    package let ref: String
    package let commit: String
    /// What the branch was at.
    package let head: String?
    package let createdAt: Timestamp

    init(_ snapshot: Snapshot, of run: Run.ID) {
        (id, runId, kind, note) = (snapshot.name, run, snapshot.kind.rawValue, snapshot.note)
        ref = Snapshot.ref(scope: run.rawValue, name: snapshot.name)
        (commit, head, createdAt) = (snapshot.commit, snapshot.head, snapshot.createdAt)
    }
}
