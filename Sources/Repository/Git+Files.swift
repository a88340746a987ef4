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

    package struct Match: Sendable, Equatable {
        package let path: String
        package let line: Int
        package let text: String
    }

    /// Lines that hold `text` as it stands, in any case of letters; of untracked files too, not of ignored ones.
    package func search(_ worktree: String, _ text: String, countMax: Int) async throws -> [Match] {
        let place = try await place(worktree)
        let command = place.command(
            [
                "grep", "--null", "--line-number", "--no-color", "--fixed-strings", "--ignore-case", "-I",
                "--untracked",
                "--no-textconv", "--full-name", "-e", text, "--",
            ], accepting: [0, 1])
        return try await stream(command, into: MatchCollector(countMax: countMax)).report.sink.matches
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

/// `path <NUL> line <NUL or :> text`, line by line, as `git grep --null` says it.
struct MatchCollector: OutputSink {
    let countMax: Int
    private(set) var matches: [Git.Match] = []
    private var rest: [UInt8] = []

    /// 500 characters of a line: what is longer is generated, and no line that anybody reads.
    private static let lineCharactersMax = 500
    /// 1 MiB without an end of line is no text.
    private static let lineByteCountMax = 1 << 20

    init(countMax: Int) { self.countMax = countMax }

    mutating func take(_ bytes: [UInt8]) -> Bool {
        rest += bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if let match = Self.match(rest[..<end]) { matches.append(match) }
            rest.removeSubrange(...end)
            if matches.count >= countMax { return false }
        }
        return rest.count <= Self.lineByteCountMax
    }

    private static func match(_ line: ArraySlice<UInt8>) -> Git.Match? {
        guard let nul = line.firstIndex(of: 0) else { return nil }
        let after = line[line.index(after: nul)...]
        guard let end = after.firstIndex(where: { $0 == 0 || $0 == UInt8(ascii: ":") }),
            let number = Int(String(decoding: after[..<end], as: UTF8.self))
        else { return nil }
        let path = String(decoding: line[..<nul], as: UTF8.self)
        let text = String(decoding: after[after.index(after: end)...], as: UTF8.self)
        return Git.Match(path: path, line: number, text: String(text.prefix(lineCharactersMax)))
    }
}
