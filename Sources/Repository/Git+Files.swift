// Names and texts of a worktree's files.

extension Git {
    /// Paths that the index has, by name; those that are not UTF-8 are left out.
    package func trackedFiles(_ worktree: String) async throws -> [String] {
        try await names(worktree, ["ls-files", "-z", "--cached"])
    }

    /// Paths of all files that git does not ignore.
    package func presentFiles(_ worktree: String) async throws -> [String] {
        try await names(
            worktree, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"])
    }

    private func names(_ worktree: String, _ arguments: [String]) async throws -> [String] {
        let place = try await place(worktree)
        return try await run(place.command(arguments)).fields.compactMap { String(validating: $0, as: UTF8.self) }
    }

    /// 1,000 commits: what was worked on lately; reading them takes git some 100 ms.
    private static let touchCommitsMax = 1_000

    /// How often each file was touched by the newest commits.
    package func touchCounts(_ worktree: String) async throws -> [String: Int] {
        let place = try await place(worktree)
        guard try await commit(named: "HEAD", at: place) != nil else { return [:] }
        let command = place.command(
            "log", "--max-count=\(Self.touchCommitsMax)", "--format=", "--name-only", "-z", "--no-renames",
            "--no-merges",
            "--no-ext-diff", "--no-textconv", "HEAD", "--")
        var counts: [String: Int] = [:]
        for field in try await run(command).fields where !field.isEmpty {
            let path = field.first == UInt8(ascii: "\n") ? field.dropFirst() : field
            counts[String(decoding: path, as: UTF8.self), default: 0] += 1
        }
        return counts
    }

    /// Whether a snapshot has something of this path, and has it as it is in the worktree now.
    package func holds(_ worktree: String, scope: String, snapshot: String, path: String) async throws -> Bool {
        let place = try await place(worktree)
        guard let held = try await entry(path, of: snapshot, scope, at: place) else { return false }
        return try await presentEntry(path, at: place) == held
    }

    /// A file as a snapshot holds it; nil when it does not, or what it holds is no file.
    package func blob(
        _ worktree: String, scope: String, snapshot: String, path: String
    ) async throws -> (bytes: [UInt8], isExecutable: Bool)? {
        let place = try await place(worktree)
        guard let entry = try await entry(path, of: snapshot, scope, at: place),
            ["100644", "100755"].contains(entry.mode)
        else { return nil }
        return (try await run(place.command("cat-file", "blob", entry.id)).output, entry.mode == "100755")
    }

    /// What git has at a path.
    struct Entry: Equatable {
        let mode: String
        let id: String
    }

    private func entry(
        _ path: String, of snapshot: String, _ scope: String, at place: Place
    ) async throws -> Entry? {
        let commit = try await requireCommit(named: Snapshot.ref(scope: scope, name: snapshot), at: place)
        return try await entries(place.command("ls-tree", "-z", "--full-tree", commit, "--", path)).first
    }

    /// What a file would be to git if somebody added it now, whatever the index says of it. Neither that nor the repository's objects
    /// are touched.
    /// - Returns: nil where there is none.
    func presentEntry(_ path: String, at place: Place) async throws -> Entry? {
        guard Paths.exists(place.top + "/" + path) else { return nil }
        return try await Scratch.with(in: settings.scratchFolder) { scratch in
            let environment = try borrow(place, into: scratch).merging(["GIT_LITERAL_PATHSPECS": "1"]) { $1 }
            // Marks that have git believe that a file is as it was.
            var look = place.command("ls-files", "-z", "--stage", "--", path)
            look.environment = environment
            if try await entries(look).count == 1 {
                for mark in ["--no-assume-unchanged", "--no-skip-worktree"] {
                    var forget = place.command("update-index", mark, "--", path, access: .writing)
                    forget.environment = environment
                    _ = try await run(forget)
                }
            }
            var add = place.command("add", "--force", "--sparse", "--", path, access: .writing)
            add.environment = environment
            _ = try await run(add)
            return try await entries(look).first
        }
    }

    /// - Parameter command: `ls-tree`, of which an entry is `100644 blob <id> <tab> path`, or `ls-files --stage`: `100644 <id> 0 <tab> path`.
    func entries(_ command: GitCommand) async throws -> [Entry] {
        var command = command
        command.environment["GIT_LITERAL_PATHSPECS"] = "1"
        return try await run(command).fields.compactMap { entry($0, of: command) }
    }

    func entry(_ field: ArraySlice<UInt8>, of command: GitCommand) -> Entry? {
        guard let tab = field.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
        let words = String(decoding: field[..<tab], as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        return Entry(mode: words[0], id: command.arguments[0] == "ls-tree" ? words[2] : words[1])
    }
}
