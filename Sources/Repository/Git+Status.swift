import Model

extension Git {
    /// How a worktree stands, also to the branch that its work is meant for.
    package func branchStatus(_ worktree: String, target: String) async throws -> BranchStatus {
        let place = try await place(worktree)
        let command = place.command(
            "status", "--porcelain=v2", "--branch", "-z", "--no-renames", "--untracked-files=all",
            "--ignore-submodules=dirty")
        var status = try BranchStatus(try await run(command).fields)
        status.operation = try await operation(at: place)
        if let head = status.head, let target = try await branchCommit(target, at: place) {
            status.target = try await distance(of: head, to: target, at: place)
        }
        return status
    }

    func distance(
        of head: String, to other: String, at place: Place
    ) async throws -> BranchStatus.Distance {
        let reply = try await run(place.command("rev-list", "--left-right", "--count", head + "..." + other, "--"))
        let counts = reply.line.split(separator: "\t").compactMap { Int($0) }
        guard counts.count == 2 else {
            throw GitFailure(subcommand: "rev-list", reason: .unreadable, words: reply.words)
        }
        return BranchStatus.Distance(ahead: counts[0], behind: counts[1])
    }

    /// - Returns: what waits in the worktree for its end.
    func operation(at place: Place) async throws -> WorktreeOperation? {
        let paths = try await gitPaths(WorktreeOperation.marks.map(\.name), at: place)
        return zip(paths, WorktreeOperation.marks).first { Paths.exists($0.0) }?.1.operation
    }
}
