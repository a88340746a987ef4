// Where an operation that waits is about to put files. git protects what is untracked there from most of them, and what it ignores
// from none.
extension Git {
    /// - Parameter commits: a range.
    /// - Returns: what commits add, also what one of them adds and a later one takes away again.
    func addedPaths(by commits: String, at place: Place) async throws -> [String] {
        try await touchedPaths(by: [commits], filter: "AT", at: place)
    }

    /// Where going on with an operation may put files that are not there yet.
    func pathsToCome(of operation: WorktreeOperation, at place: Place) async throws -> [String] {
        switch operation {
        // It commits what is there.
        case .merge: return []
        case .rebase:
            guard let onto = try await noted("onto", ofRebaseAt: place),
                let head = try await noted("orig-head", ofRebaseAt: place)
            else { return [] }
            // Those that are done have their files in the index, which is where nothing is in the way.
            return try await addedPaths(by: onto + ".." + head, at: place)
        case .cherryPick, .revert:
            let commits = try await commitsToCome(at: place)
            guard !commits.isEmpty else { return [] }
            return try await touchedPaths(
                by: ["--no-walk=unsorted"] + commits, filter: operation == .revert ? "DT" : "AT", at: place)
        }
    }

    /// Where calling an operation off puts files: what its beginning had and the index has not.
    func pathsToComeBack(of operation: WorktreeOperation, at place: Place) async throws -> [String] {
        let beginning: String? =
            switch operation {
            // Killed before it had noted where it began, it has moved nothing.
            case .rebase: try await noted("orig-head", ofRebaseAt: place)
            case .merge: try await commit(named: "HEAD", at: place)
            case .cherryPick, .revert:
                if let noted = try note(place.own("sequencer/head")) {
                    try await commit(named: noted, at: place)
                } else {
                    try await commit(named: "HEAD", at: place)
                }
            }
        guard let beginning else { return [] }
        let command = place.command(
            "diff-index", "--cached", "-z", "--name-only", "--no-renames", "--diff-filter=DT",
            "--ignore-submodules=all", beginning, "--")
        return try await run(command).fields.map { String(decoding: $0, as: UTF8.self) }
    }

    private func touchedPaths(by commits: [String], filter: String, at place: Place) async throws -> [String] {
        let command = place.command(
            [
                "log", "--format=", "--name-only", "-z", "-m", "--no-renames", "--diff-filter=" + filter,
                "--no-show-signature", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all",
            ] + commits + ["--"])
        return try await run(command).fields.map {
            String(decoding: $0.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self)
        }.filter { !$0.isEmpty }
    }

    /// What git has noted of a rebase that waits.
    /// - Returns: a commit.
    private func noted(_ name: String, ofRebaseAt place: Place) async throws -> String? {
        for folder in ["rebase-merge", "rebase-apply"] {
            guard let text = try note(place.own(folder + "/" + name)) else { continue }
            return try await commit(named: text, at: place)
        }
        return nil
    }

    private func note(_ path: String) throws -> String? {
        guard Paths.exists(path) else { return nil }
        return try Paths.text(of: path).split(separator: "\n").first.map(String.init)
    }

    /// Commits that are still to be picked or reverted, as git's list has them: `pick <id> # <subject>`.
    private func commitsToCome(at place: Place) async throws -> [String] {
        let list = place.own("sequencer/todo")
        guard Paths.exists(list) else { return [] }
        var commits: [String] = []
        for line in try Paths.text(of: list).split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count > 1, let commit = try await commit(named: String(words[1]), at: place) else { continue }
            commits.append(commit)
        }
        return commits
    }
}
