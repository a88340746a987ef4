import Model

extension Git {
    /// How a worktree stands, also to the branch that its work is meant for.
    package func branchStatus(_ worktree: String, target: String) async throws -> BranchStatus {
        let place = try await place(worktree)
        let command = place.command(
            "status", "--porcelain=v2", "--branch", "-z", "--no-renames", "--untracked-files=all",
            "--ignore-submodules=dirty")
        var status = try BranchStatus(try await run(command).fields)
        status.operation = operation(at: place)
        if let head = status.head { status.target = try await distance(of: head, toBranch: target, at: place) }
        return status
    }

    /// - Returns: nil when there is no such branch.
    private func distance(
        of head: String, toBranch branch: String, at place: Place
    ) async throws -> BranchStatus.Distance? {
        let ref = "refs/heads/" + branch
        let command = place.command(
            "rev-list", "--left-right", "--count", head + "..." + ref, "--", accepting: [0, 128])
        let reply = try await run(command)
        if reply.code == 0 { return try Self.distance(reply) }
        // Only a branch that is not there, or has no name that one could have, is no failure.
        guard try await commit(named: ref, at: place) == nil else {
            throw GitFailure(subcommand: "rev-list", reason: .exited(code: reply.code), words: reply.words)
        }
        return nil
    }

    func distance(
        of head: String, to other: String, at place: Place
    ) async throws -> BranchStatus.Distance {
        let reply = try await run(place.command("rev-list", "--left-right", "--count", head + "..." + other, "--"))
        return try Self.distance(reply)
    }

    private static func distance(_ reply: GitReply) throws(GitFailure) -> BranchStatus.Distance {
        let counts = reply.line.split(separator: "\t").compactMap { Int($0) }
        guard counts.count == 2 else {
            throw GitFailure(subcommand: "rev-list", reason: .unreadable, words: reply.words)
        }
        return BranchStatus.Distance(ahead: counts[0], behind: counts[1])
    }

    /// What waits in a worktree for its end, without a look at its files.
    package func operation(in worktree: String) async throws -> WorktreeOperation? {
        operation(at: try await place(worktree))
    }

    /// - Returns: what waits in the worktree for its end.
    func operation(at place: Place) -> WorktreeOperation? {
        WorktreeOperation.marks.first { Paths.exists(place.own($0.name)) }?.operation
    }
}
