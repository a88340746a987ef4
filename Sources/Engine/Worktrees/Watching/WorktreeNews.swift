import Journal
package import Model
import Repository

// What is told of a worktree that changes, beside `RunBranch`. Each has an id of its own, so that a copy is kept by the same rule as
// of all else: the newest takes the place of the one before.

/// The data of `diff.updated`.
package struct DiffUpdate: Codable, Sendable, Equatable {
    package let id: String
    package let runId: Run.ID
    package let filesChanged: Int
    package let additions: Int
    package let deletions: Int

    init(_ stats: DiffStats, of run: Run.ID) {
        (id, runId) = (StateKind.diff.id(of: run), run)
        (filesChanged, additions, deletions) = (stats.filesChanged, stats.additions, stats.deletions)
    }
}

/// The data of `file.changed`.
package struct ChangedFiles: Codable, Sendable, Equatable {
    package struct File: Codable, Sendable, Equatable {
        package let path: String
        /// Held against the run's base: `added modified deleted renamed copied typeChanged`, or `unchanged`.
        package let kind: String
    }

    package let id: String
    package let runId: Run.ID
    /// The first by name, at most `WatchLimits.filesToldMax`.
    package let files: [File]
    /// How many there are in all.
    package let count: Int

    /// - Returns: nil when nothing differs.
    init?(from old: WorktreeLook, to new: WorktreeLook, of run: Run.ID) {
        let paths = Set(old.files.keys).union(new.files.keys).filter { old.files[$0] != new.files[$0] }
        guard !paths.isEmpty else { return nil }
        (id, runId, count) = (StateKind.files.id(of: run), run, paths.count)
        files = paths.sorted().prefix(WatchLimits.filesToldMax).map {
            File(path: $0, kind: new.files[$0]?.kind.rawValue ?? "unchanged")
        }
    }
}
