import Model

extension Git {
    /// 1,000: more than a branch of one run ever has; whoever wants more asks for another range.
    package static let commitsMax = 1_000

    /// The commits that a branch (or any commit) has, newest first.
    /// - Parameters:
    ///   - base: those that it has too are left out; nil: none are.
    ///   - path: only those that changed this file, or something in this folder, as git knows from its name.
    ///   - text: only those whose message holds it, in any case of letters.
    ///   - skipped: how many of the newest are left out.
    package func commits(
        _ repository: String, of head: String, since base: String? = nil, path: String? = nil, text: String? = nil,
        skipping skipped: Int = 0, countMax: Int = commitsMax
    ) async throws -> [CommitInfo] {
        let place = try await place(repository)
        let head = try await requireCommit(named: head, at: place)
        let base = if let base { try await requireCommit(named: base, at: place) + ".." } else { "" }
        var arguments = [
            "log", "-z", "--no-show-signature", "--no-decorate", "--no-patch", "--no-mailmap", "--encoding=UTF-8",
            "--format=tformat:" + CommitInfo.format, "--max-count=\(countMax)", "--skip=\(skipped)",
        ]
        if let text { arguments += ["--regexp-ignore-case", "--fixed-strings", "--grep=" + text] }
        var command = place.command(arguments + [base + head, "--"] + (path.map { [$0] } ?? []))
        command.environment["GIT_LITERAL_PATHSPECS"] = "1"
        return try CommitInfo.list(try await run(command).fields)
    }

    /// - Returns: the commit that a worktree is at, or nil before the first one.
    package func headCommit(_ worktree: String) async throws -> String? {
        try await commit(named: "HEAD", at: try await place(worktree))
    }

    package func branchExists(_ repository: String, branch: String) async throws -> Bool {
        try await branchCommit(branch, at: try await place(repository)) != nil
    }

    /// Deletes a branch once the target holds what it holds: its commits, or, after a squash, its content.
    /// - Throws: `RepositoryError` `.branchNotFound`, `.branchNotMerged`, `.branchInUse`.
    package func deleteBranch(_ repository: String, branch: String, mergedInto target: String) async throws {
        let place = try await place(repository)
        try await turns.withKey(place.commonFolder) {
            let tip = try await requireBranchCommit(branch, at: place)
            let destination = try await requireBranchCommit(target, at: place)
            if let holder = try await worktrees(at: place).first(where: { $0.branch == branch }) {
                throw RepositoryError.branchInUse(branch, worktree: holder.path)
            }
            guard try await holds(destination, contentOf: tip, at: place) else {
                throw RepositoryError.branchNotMerged(branch, into: target)
            }
            _ = try await run(place.command("branch", "--quiet", "-D", "--", branch, access: .writing))
        }
    }

    /// What of a branch holds what a commit holds: the commit itself, or the newest one after a squash.
    /// - Returns: nil when the branch does not hold it.
    /// - Throws: `RepositoryError` `.branchNotFound`.
    package func landing(_ repository: String, of commit: String, on target: String) async throws -> String? {
        let place = try await place(repository)
        let tip = try await requireBranchCommit(target, at: place)
        if try await isAncestor(commit, of: tip, at: place) { return commit }
        return try await holds(tip, contentOf: commit, at: place) ? tip : nil
    }

    private func holds(_ target: String, contentOf tip: String, at place: Place) async throws -> Bool {
        if try await isAncestor(tip, of: target, at: place) { return true }
        let (result, isClean) = try await mergedTree(target, tip, at: place)
        guard isClean else { return false }
        return try await tree(of: target, at: place) == result.tree
    }
}
