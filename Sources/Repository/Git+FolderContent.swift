// Whole folders, as a snapshot holds them.
extension Git {
    /// Whether a snapshot has all files that are in a folder of the worktree now, and has them so: also those that git would ignore, and
    /// whatever the index says of them. What is a repository of its own is held by no snapshot.
    package func holdsFolder(_ worktree: String, scope: String, snapshot: String, path: String) async throws -> Bool {
        let place = try await place(worktree)
        let commit = try await requireCommit(named: Snapshot.ref(scope: scope, name: snapshot), at: place)
        let held = try await listing(place.command("ls-tree", "-r", "-z", "--full-tree", commit, "--", path))
        let present = try await Scratch.with(in: settings.scratchFolder) { scratch in
            let environment = try borrow(place, into: scratch).merging(["GIT_LITERAL_PATHSPECS": "1"]) { $1 }
            // Without what the index knows: marks in it would have git believe that a file is as it was.
            var forget = place.command(
                "rm", "-r", "--cached", "--force", "--quiet", "--ignore-unmatch", "--sparse", "--", path,
                access: .writing)
            var add = place.command("add", "--force", "--sparse", "--", path, access: .writing)
            (forget.environment, add.environment) = (environment, environment)
            _ = try await run(forget)
            _ = try await run(add)
            var list = place.command("ls-files", "-z", "--stage", "--", path)
            list.environment = environment
            return try await listing(list)
        }
        return held == present && !present.values.contains { $0.mode == "160000" }
    }

    /// Writes a folder out as a snapshot holds it.
    /// - Parameter body: is given a folder, for as long as it lasts, below which the snapshot's folder has its path.
    /// - Returns: nil where the snapshot has no folder of this path.
    package func withFolder<Result: Sendable>(
        _ worktree: String, scope: String, snapshot: String, path: String,
        _ body: (_ written: String) async throws -> Result
    ) async throws -> Result? {
        let place = try await place(worktree)
        let commit = try await requireCommit(named: Snapshot.ref(scope: scope, name: snapshot), at: place)
        let found = try await entries(place.command("ls-tree", "-z", "--full-tree", commit, "--", path)).first
        guard found?.mode == "040000" else { return nil }
        var list = place.command("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", path)
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        let names = try await run(list).fields.map { String(decoding: $0, as: UTF8.self) }
        return try await Scratch.with(in: settings.scratchFolder) { scratch in
            let environment = ["GIT_INDEX_FILE": scratch.path + "/index"]
            // All of it, so that attributes hold that are said further up.
            var read = place.command("read-tree", commit, access: .writing)
            read.environment = environment
            _ = try await run(read)
            let written = scratch.path + "/written"
            for start in stride(from: 0, to: names.count, by: Self.pathsPerCommandMax) {
                let some = names[start...].prefix(Self.pathsPerCommandMax)
                var write = place.command(
                    ["checkout-index", "--quiet", "--prefix=" + written + "/", "--"] + some, access: .writing)
                write.environment = environment
                _ = try await run(write)
            }
            return try await body(written)
        }
    }

    private func listing(_ command: GitCommand) async throws -> [[UInt8]: Entry] {
        var command = command
        command.environment["GIT_LITERAL_PATHSPECS"] = "1"
        var listing: [[UInt8]: Entry] = [:]
        for field in try await run(command).fields {
            guard let tab = field.firstIndex(of: UInt8(ascii: "\t")), let entry = entry(field, of: command) else {
                continue
            }
            listing[Array(field[field.index(after: tab)...])] = entry
        }
        return listing
    }
}
