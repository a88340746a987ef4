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

    /// Whether a snapshot has something of this path.
    package func holds(_ worktree: String, scope: String, snapshot: String, path: String) async throws -> Bool {
        let place = try await place(worktree)
        return try await entry(path, of: snapshot, scope, at: place) != nil
    }

    /// A file as a snapshot holds it; nil when it does not, or what it holds is no file.
    package func blob(
        _ worktree: String, scope: String, snapshot: String, path: String
    ) async throws -> (bytes: [UInt8], isExecutable: Bool)? {
        let place = try await place(worktree)
        guard let words = try await entry(path, of: snapshot, scope, at: place), words[1] == "blob",
            words[0] != "120000"
        else { return nil }
        return (try await run(place.command("cat-file", "blob", words[2])).output, words[0] == "100755")
    }

    /// Mode, type and object.
    private func entry(
        _ path: String, of snapshot: String, _ scope: String, at place: Place
    ) async throws -> [String]? {
        let commit = try await requireCommit(named: Snapshot.ref(scope: scope, name: snapshot), at: place)
        var list = place.command("ls-tree", "-z", "--full-tree", commit, "--", path)
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        guard let field = try await run(list).fields.first, let tab = field.firstIndex(of: UInt8(ascii: "\t")) else {
            return nil
        }
        let words = String(decoding: field[..<tab], as: UTF8.self).split(separator: " ").map(String.init)
        return words.count == 3 ? words : nil
    }
}
