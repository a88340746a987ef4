package import Model

/// What a worktree holds that a commit does not, without a line of it: enough to know what has changed since the last look.
package struct WorktreeLook: Sendable, Equatable {
    package struct File: Sendable, Equatable {
        package let kind: FileDiff.Kind
        /// Mode and object; two are the same when the content is.
        package let content: String
    }

    package let stats: DiffStats
    /// By path, at most `DiffLimits.filesDefault`.
    package let files: [String: File]

    package init(stats: DiffStats, files: [String: File]) {
        self.stats = stats
        self.files = files
    }

    init(_ changes: ChangeList) {
        stats = changes.stats
        var files: [String: File] = [:]
        for (file, content) in zip(changes.files, changes.contents).prefix(DiffLimits.filesDefault) {
            files[file.path] = File(kind: file.kind, content: content)
        }
        self.files = files
    }
}

extension Git {
    package func look(at worktree: String, since base: String) async throws -> WorktreeLook {
        try await withTrees(worktree, .commit(base), .worktree) { place, old, new, environment in
            WorktreeLook(try await changes(from: old, to: new, at: place, environment: environment))
        }
    }
}
