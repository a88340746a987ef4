import Model

// What somebody does with a run's own branch: commits, and what moves the branch.
extension Git {
    /// Commits what a worktree holds beyond its branch's newest commit.
    /// - Parameters:
    ///   - files: only these, as they are now, also when they are gone; nil for all that git does not ignore.
    ///   - amending: the newest commit is replaced; nil is a commit of its own. Nothing up to `notBefore` is replaced.
    ///   - message: nil only where one is amended, which then keeps its own.
    /// - Returns: the commit, or nil when there was nothing to commit.
    /// - Throws: `RepositoryError` `.operationInProgress`, `.fileNotFound`, `.commitNotOurs`.
    package func commit(
        _ worktree: String, files: [String]? = nil, amending notBefore: String? = nil, message: String?,
        author: Identity? = nil
    ) async throws -> String? {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            try await requireQuiet(place)
            if let notBefore { try await requireOwnHead(at: place, notBefore: notBefore) }
            return try await Scratch.with(in: settings.scratchFolder) { scratch in
                var command = try await stage(files, at: place, scratch: scratch)
                let isNothing = try await isNothingStaged(files, at: place)
                guard !isNothing || (notBefore != nil && message != nil) else { return nil }
                command.arguments += notBefore == nil ? [] : ["--amend"]
                command.arguments += message.map { ["--message", $0] } ?? ["--no-edit"]
                command.arguments += isNothing ? ["--allow-empty"] : []
                try await sign(&command, at: place, author: author)
                _ = try await run(command)
                return try await requireCommit(named: "HEAD", at: place)
            }
        }
    }

    /// Takes a file out of the worktree, and commits that alone.
    /// - Throws: `RepositoryError.fileNotFound` for one that git does not know.
    package func deleteFile(_ worktree: String, file: String, message: String) async throws -> String? {
        let place = try await place(worktree)
        try await turns.withKey(place.commonFolder) {
            try await requireQuiet(place)
            guard try await isKnown(file, at: place) else { throw RepositoryError.fileNotFound(file) }
            var remove = place.command("rm", "--quiet", "--force", "--", file, access: .writing)
            remove.environment["GIT_LITERAL_PATHSPECS"] = "1"
            _ = try await run(remove)
        }
        return try await commit(worktree, files: [file], message: message)
    }

    /// Gives a branch another name; the worktree that has it checked out follows. Done again after it was cut short, it does
    /// what is left of it.
    /// - Throws: `RepositoryError` `.invalidBranchName`, `.branchNotFound`, `.branchExists`.
    package func renameBranch(_ repository: String, from old: String, to new: String) async throws {
        try await validateBranchName(new)
        let place = try await place(repository)
        try await turns.withKey(place.commonFolder) {
            let (before, after) = (try await branchCommit(old, at: place), try await branchCommit(new, at: place))
            if before == nil, after != nil { return }
            _ = try await requireBranchCommit(old, at: place)
            guard after == nil else { throw RepositoryError.branchExists(new) }
            _ = try await run(place.command("branch", "--move", "--", old, new, access: .writing))
        }
    }

    /// - Throws: `RepositoryError.operationInProgress`.
    func requireQuiet(_ place: Place) async throws {
        if let operation = try await operation(at: place) {
            throw RepositoryError.operationInProgress(operation, worktree: place.top)
        }
    }

    private func requireOwnHead(at place: Place, notBefore base: String) async throws {
        let head = try await requireCommit(named: "HEAD", at: place)
        guard try await !isAncestor(head, of: base, at: place) else { throw RepositoryError.commitNotOurs(head) }
    }

    /// - Returns: the command that commits what is staged.
    private func stage(_ files: [String]?, at place: Place, scratch: Scratch) async throws -> GitCommand {
        let commit = ["commit", "--quiet", "--no-verify", "--cleanup=whitespace"]
        guard let files else {
            _ = try await run(place.command("add", "--all", access: .writing))
            return place.command(commit, access: .writing)
        }
        var present: [String] = []
        for file in files {
            guard Self.isPath(file) else { throw RepositoryError.fileNotFound(file) }
            let isKnown = try await isKnown(file, at: place)
            if isKnown || Paths.exists(place.top + "/" + file) {
                present.append(file)
            } else if try await !isInHead(file, at: place) {
                throw RepositoryError.fileNotFound(file)
            }
        }
        if !present.isEmpty {
            var add = place.command(
                ["add", "--all"] + (try Self.pathspecs(present, in: scratch, "present")), access: .writing)
            add.environment["GIT_LITERAL_PATHSPECS"] = "1"
            _ = try await run(add)
        }
        let paths = try Self.pathspecs(files, in: scratch, "all")
        // What else is staged stays so.
        var command = place.command(commit + ["--only"] + paths, access: .writing)
        command.environment["GIT_LITERAL_PATHSPECS"] = "1"
        return command
    }

    /// What git would call a path.
    static func isPath(_ file: String) -> Bool {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        return !file.utf8.contains(0) && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }

    static func pathspecs(_ files: [String], in scratch: Scratch, _ name: String) throws -> [String] {
        let list = scratch.path + "/" + name
        try Paths.write(Array(files.joined(separator: "\0").utf8), to: list)
        return ["--pathspec-from-file=" + list, "--pathspec-file-nul"]
    }

    private func isInHead(_ file: String, at place: Place) async throws -> Bool {
        guard let head = try await commit(named: "HEAD", at: place) else { return false }
        return try await !isAbsent(file, in: head, at: place)
    }

    private func isKnown(_ file: String, at place: Place) async throws -> Bool {
        var list = place.command("ls-files", "-z", "--", file)
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        return try await !run(list).fields.isEmpty
    }

    private func isNothingStaged(_ files: [String]?, at place: Place) async throws -> Bool {
        var command = place.command(
            ["diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none"]
                + (files.map { ["--"] + $0.prefix(Self.pathsPerCommandMax) } ?? []), accepting: [0, 1])
        command.environment["GIT_LITERAL_PATHSPECS"] = "1"
        // With more files than a command line holds, git itself is asked.
        guard (files?.count ?? 0) <= Self.pathsPerCommandMax else { return false }
        return try await run(command).code == 0
    }
}
