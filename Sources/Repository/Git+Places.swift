import Model

extension Git {
    /// Where every verb starts.
    /// - Throws: `RepositoryError` unless the path is the top of a worktree.
    func place(_ path: String) async throws -> Place {
        guard Paths.isFolder(path), let canonical = Paths.canonical(path) else {
            throw RepositoryError.notADirectory(path)
        }
        if let known = places.place(at: canonical) { return known }
        let (gitFolder, commonFolder) = try await locate(canonical, called: path)
        let bare = Place(top: canonical, gitFolder: gitFolder, commonFolder: commonFolder, configuration: [:])
        let sources = PlaceSources(of: bare)
        let query = GitCommand(
            arguments: ["config", "-z", "--show-scope", "--get-regexp", ContentPrograms.pattern], folder: canonical,
            codesAccepted: [0, 1])
        let fields = try await run(query).fields
        let place = Place(
            top: canonical, gitFolder: gitFolder, commonFolder: commonFolder,
            configuration: ContentPrograms.overrides(fields, trusting: settings.trustedFilters))
        if let sources, sources == PlaceSources(of: bare), !ContentPrograms.goesOnElsewhere(fields) {
            places.keep(place, sources)
        }
        return place
    }

    private func locate(
        _ canonical: String, called path: String
    ) async throws -> (gitFolder: String, commonFolder: String) {
        // In a bare repository, and inside of a git folder, all is answered but the last question.
        let arguments = [
            "rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-bare-repository",
            "--show-toplevel",
        ]
        let reply = try await run(GitCommand(arguments: arguments, folder: canonical, codesAccepted: [0, 128]))
        let answers = reply.lines
        switch (reply.code, answers.count) {
        case (0, 4) where answers[3] == canonical:
            return (answers[0], answers[1])
        case (0, 4):
            throw RepositoryError.insideAnotherRepository(path, top: answers[3])
        case (_, 3) where answers[2] == "true":
            throw RepositoryError.bare(path)
        case (_, 3):
            throw RepositoryError.insideAnotherRepository(path, top: Paths.split(answers[1]).parent)
        case _ where reply.words.contains("not a git repository"):
            throw RepositoryError.notARepository(path)
        default:
            throw GitFailure(subcommand: "rev-parse", reason: .exited(code: reply.code), words: reply.words)
        }
    }

    /// - Returns: the commit's id, or nil when the name stands for none.
    func commit(named name: String, at place: Place) async throws -> String? {
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"]
        let reply = try await run(place.command(arguments, accepting: [0, 1, 128]))
        return reply.code == 0 ? reply.line : nil
    }

    func requireCommit(named name: String, at place: Place) async throws -> String {
        guard let commit = try await commit(named: name, at: place) else { throw RepositoryError.commitNotFound(name) }
        return commit
    }

    func branchCommit(_ branch: String, at place: Place) async throws -> String? {
        try await commit(named: "refs/heads/" + branch, at: place)
    }

    func requireBranchCommit(_ branch: String, at place: Place) async throws -> String {
        guard let commit = try await branchCommit(branch, at: place) else {
            throw RepositoryError.branchNotFound(branch)
        }
        return commit
    }

    /// Whether everything in `ancestor` is in `descendant` too.
    func isAncestor(_ ancestor: String, of descendant: String, at place: Place) async throws -> Bool {
        let command = place.command("merge-base", "--is-ancestor", ancestor, descendant, accepting: [0, 1])
        return try await run(command).code == 0
    }

    /// - Throws: `RepositoryError.invalidBranchName`, also for the likes of `@{-1}`, which stand for another name.
    package func validateBranchName(_ name: String) async throws {
        guard !name.utf8.contains(0) else { throw RepositoryError.invalidBranchName(name) }
        let command = GitCommand(
            arguments: ["check-ref-format", "--branch", name], folder: "/", codesAccepted: [0, 1, 128])
        let reply = try await run(command)
        guard reply.code == 0, reply.line == name else { throw RepositoryError.invalidBranchName(name) }
    }
}
