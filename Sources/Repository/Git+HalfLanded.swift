import Model

// A landing that was killed leaves files as they are to be, beside an index and a branch that know nothing of it.
extension Git {
    /// Has the index take files for what a landing makes of them, if all of them are that already.
    /// - Returns: false, and nothing has changed, when one of them is another's.
    func takeOver(
        _ files: [String], of new: String, from old: String, in worktree: Place
    ) async throws -> Bool {
        if files.isEmpty { return true }
        guard try await areAlready(files, asIn: new, or: old, in: worktree) else { return false }
        try await Scratch.with(in: settings.scratchFolder) { scratch in
            var reset = worktree.command(
                ["reset", "--quiet"] + (try Self.pathspecs(files, in: scratch, "paths")) + [new], access: .writing)
            reset.environment["GIT_LITERAL_PATHSPECS"] = "1"
            _ = try await run(reset)
        }
        return true
    }

    /// Whether files of a worktree are what a commit has there, and what is staged of them is no more than that.
    /// - Parameter old: what the index has of them otherwise.
    func areAlready(
        _ files: [String], asIn new: String, or old: String, in worktree: Place
    ) async throws -> Bool {
        guard !files.isEmpty else { return true }
        return try await Scratch.with(in: settings.scratchFolder) { scratch in
            let environment = ["GIT_INDEX_FILE": scratch.path + "/index", "GIT_LITERAL_PATHSPECS": "1"]
            var read = worktree.command("read-tree", new, access: .writing)
            read.environment = environment
            _ = try await run(read)
            for start in stride(from: 0, to: files.count, by: Self.pathsPerCommandMax) {
                let some = Array(files[start...].prefix(Self.pathsPerCommandMax))
                func names(_ arguments: [String], _ environment: [String: String]) async throws -> Set<[UInt8]> {
                    var command = worktree.command(arguments + ["--"] + some)
                    command.environment = environment
                    return Set(try await run(command).fields.map(Array.init))
                }
                let held = try await names(["ls-files", "-z"], environment)
                let differing = try await names(["ls-files", "-z", "--modified"], environment)
                guard differing.isEmpty,
                    !some.contains(where: { !held.contains(Array($0.utf8)) && Paths.exists(worktree.top + "/" + $0) })
                else { return false }
                let staged = ["diff-index", "--cached", "-z", "--name-only", "--no-renames", "--no-ext-diff"]
                let literally = ["GIT_LITERAL_PATHSPECS": "1"]
                let (toOld, toNew) = (
                    try await names(staged + [old], literally), try await names(staged + [new], literally)
                )
                guard toOld.isDisjoint(with: toNew) else { return false }
            }
            return true
        }
    }
}
