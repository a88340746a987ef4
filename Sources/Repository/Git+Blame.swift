import Model

extension Git {
    /// Whose lines of a file they are, as the worktree has it now.
    /// - Parameter lines: counted from 1; what is beyond the file's end is left out.
    /// - Throws: `RepositoryError.fileNotFound`.
    package func blame(_ worktree: String, file: String, lines: ClosedRange<Int>) async throws -> [BlameLine] {
        let place = try await place(worktree)
        var list = place.command("ls-files", "-z", "--", file)
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        var within = FilesWithin(place.top)
        guard try await run(list).fields.count == 1, Paths.kind(place.top + "/" + file) == .other, within.has(file)
        else {
            throw RepositoryError.fileNotFound(file)
        }
        var command = place.command(
            [
                "blame", "--line-porcelain", "--no-textconv", "-L", "\(lines.lowerBound),\(lines.upperBound)", "--",
                file,
            ],
            accepting: [0, 128])
        command.configuration["blame.ignoreRevsFile"] = ""
        let reply = try await run(command)
        guard reply.code == 0 else {
            // Only a file that is shorter than that is no failure.
            guard reply.words.contains("has only") else {
                throw GitFailure(subcommand: "blame", reason: .exited(code: reply.code), words: reply.words)
            }
            return []
        }
        return try BlameLine.list(reply.output)
    }

    /// One commit, whatever branch it is on.
    /// - Throws: `RepositoryError.commitNotFound`.
    package func commitInfo(_ repository: String, of name: String) async throws -> CommitInfo {
        let place = try await place(repository)
        let id = try await requireCommit(named: name, at: place)
        let command = place.command(
            "log", "-z", "--no-show-signature", "--no-decorate", "--no-patch", "--no-mailmap", "--encoding=UTF-8",
            "--format=tformat:" + CommitInfo.format, "--max-count=1", id, "--")
        guard let commit = try CommitInfo.list(try await run(command).fields).first else {
            throw RepositoryError.commitNotFound(name)
        }
        return commit
    }

    /// How two commits stand to each other.
    /// - Throws: `RepositoryError.commitNotFound`.
    package func compareCommits(
        _ repository: String, _ first: String, with second: String
    ) async throws -> (first: String, second: String, distance: BranchStatus.Distance) {
        let place = try await place(repository)
        let (first, second) = (
            try await requireCommit(named: first, at: place), try await requireCommit(named: second, at: place)
        )
        return (first, second, try await distance(of: first, to: second, at: place))
    }
}
