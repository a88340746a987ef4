/// All that a worktree holds at one moment and git does not ignore.
package struct WorkState: Sendable, Equatable {
    /// nil before the first commit.
    package let head: String?
    /// Of its files as they are, committed or not.
    package let tree: String
}

extension Git {
    /// Names what a worktree holds. Neither its index nor the repository's objects are touched.
    package func workState(_ worktree: String) async throws -> WorkState {
        try await withTrees(worktree, .worktree, .worktree) { place, tree, _, _ in
            WorkState(head: try await commit(named: "HEAD", at: place), tree: tree)
        }
    }

    /// - Throws: `RepositoryError.commitNotFound`.
    package func tree(_ repository: String, of commit: String) async throws -> String {
        let place = try await place(repository)
        return try await tree(of: try await requireCommit(named: commit, at: place), at: place)
    }

    /// - Returns: nil when there is no such branch.
    package func branchHead(_ repository: String, _ branch: String) async throws -> String? {
        try await branchCommit(branch, at: try await place(repository))
    }

    /// Whether a commit holds this tree, and comes right behind that other commit.
    package func isCommit(
        _ repository: String, _ commit: String, of tree: String, upon parent: String
    ) async throws -> Bool {
        let place = try await place(repository)
        let reply = try await run(
            place.command("log", "--max-count=1", "--no-show-signature", "--format=%T %P", commit, "--"))
        return reply.line == tree + " " + parent
    }
}
