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
            try requireQuiet(place)
            if let notBefore { try await requireOwnHead(at: place, notBefore: notBefore) }
            return try await Scratch.with(in: settings.scratchFolder) { scratch in
                var command = try await stage(files, at: place, scratch: scratch)
                let isNothing = try await isNothingStaged(for: command, at: place)
                let saysMore = message != nil || author != nil
                guard !isNothing || (notBefore != nil && saysMore) else { return nil }
                if notBefore != nil {
                    // An amended commit keeps its author, whatever the environment says, and the time of that.
                    command.arguments += ["--amend"] + (author.map { ["--author=" + $0.line] } ?? [])
                }
                command.arguments += message.map { ["--message", $0] } ?? ["--no-edit"]
                command.arguments += isNothing ? ["--allow-empty"] : []
                try await sign(&command, at: place, author: author)
                _ = try await run(command)
                return try await requireCommit(named: "HEAD", at: place)
            }
        }
    }

    /// Takes a file out of the worktree, and commits that alone.
    /// - Returns: the commit, or nil where none had it.
    /// - Throws: `RepositoryError.fileNotFound` for one that git does not know, or that is behind a symlink by now.
    package func deleteFile(_ worktree: String, file: String, message: String) async throws -> String? {
        let place = try await place(worktree)
        let isCommitted = try await turns.withKey(place.commonFolder) {
            try requireQuiet(place)
            guard Self.isPath(file), try await isKnown(file, at: place) else {
                throw RepositoryError.fileNotFound(file)
            }
            // git itself would remove what a symlink in a folder's place leads to.
            try Paths.removeFile(file, below: place.top)
            var remove = place.command("rm", "--cached", "--quiet", "--force", "--", file, access: .writing)
            remove.environment["GIT_LITERAL_PATHSPECS"] = "1"
            _ = try await run(remove)
            guard let head = try await self.commit(named: "HEAD", at: place) else { return false }
            return try await !isAbsent(file, in: head, at: place)
        }
        // What was only staged is in no commit.
        return isCommitted ? try await commit(worktree, files: [file], message: message) : nil
    }

    /// Gives a branch another name; the worktree that has it checked out follows. Done again after it was cut short, it does
    /// what is left of it.
    /// - Throws: `RepositoryError` `.invalidBranchName`, `.branchNotFound`, `.branchExists`.
    package func renameBranch(_ repository: String, from old: String, to new: String) async throws {
        try await validateBranchName(new)
        let place = try await place(repository)
        try await turns.withKey(place.commonFolder) {
            if try await isRenamed(old, new, at: place) { return try await follow(old, new, at: place) }
            _ = try await requireBranchCommit(old, at: place)
            guard try await branchCommit(new, at: place) == nil else { throw RepositoryError.branchExists(new) }
            do {
                _ = try await run(place.command("branch", "--move", "--", old, new, access: .writing))
            } catch let failure as GitFailure {
                guard try await isRenamed(old, new, at: place) else { throw failure }
            }
            try await follow(old, new, at: place)
        }
    }

    private func isRenamed(_ old: String, _ new: String, at place: Place) async throws -> Bool {
        guard try await branchCommit(old, at: place) == nil else { return false }
        return try await branchCommit(new, at: place) != nil
    }

    /// git renames the branch first and then what stands on it: cut short in between, a worktree is left on a branch that is gone.
    private func follow(_ old: String, _ new: String, at place: Place) async throws {
        for record in try await worktrees(at: place) where record.branch == old && Paths.isFolder(record.path) {
            let worktree = try await self.place(record.path)
            try takeAwayLocks(at: worktree)
            let move = ["symbolic-ref", "-m", "renamed to \(new)", "HEAD", "refs/heads/" + new]
            _ = try await run(worktree.command(move, access: .writing))
        }
    }

    /// - Throws: `RepositoryError.operationInProgress`.
    func requireQuiet(_ place: Place) throws {
        try takeAwayLocks(at: place)
        if let operation = operation(at: place) {
            throw RepositoryError.operationInProgress(operation, worktree: place.top)
        }
    }

    private func requireOwnHead(at place: Place, notBefore base: String) async throws {
        let head = try await requireCommit(named: "HEAD", at: place)
        guard try await !isAncestor(head, of: base, at: place) else { throw RepositoryError.commitNotOurs(head) }
    }

    /// - Returns: the command that commits what is staged, in an index of its own where only some files are wanted: what else is
    ///   staged stays so. (`commit --only` refuses a folder where HEAD has a file.)
    private func stage(_ files: [String]?, at place: Place, scratch: Scratch) async throws -> GitCommand {
        var commit = place.command("commit", "--quiet", "--no-verify", "--cleanup=whitespace", access: .writing)
        guard let files else {
            _ = try await run(place.command("add", "--all", access: .writing))
            return commit
        }
        let (known, held) = try await names(at: place)
        for file in files where !Self.isPath(file) { throw RepositoryError.fileNotFound(file) }
        let present = Set(files.filter { Paths.exists(place.top + "/" + $0) })
        for file in files where !present.contains(file) && !known.contains(file) && !held.contains(file) {
            throw RepositoryError.fileNotFound(file)
        }
        let index = scratch.path + "/index"
        try copyIndex(of: place, to: index)
        let environment = ["GIT_INDEX_FILE": index, "GIT_LITERAL_PATHSPECS": "1"]
        let isFirst = try await self.commit(named: "HEAD", at: place) == nil
        var reset = place.command(["read-tree"] + (isFirst ? ["--empty"] : ["--reset", "HEAD"]), access: .writing)
        reset.environment = environment
        _ = try await run(reset)
        try await add(files.filter(present.contains), at: place, environment: environment, scratch, "wanted")
        try await forget(
            files.filter { !present.contains($0) && held.contains($0) }, at: place, environment: environment, scratch)
        let own = ["GIT_LITERAL_PATHSPECS": "1"]
        try await add(files.filter(present.contains), at: place, environment: own, scratch, "staged")
        try await forget(
            files.filter { !present.contains($0) && known.contains($0) }, at: place, environment: own, scratch)
        commit.environment = environment
        return commit
    }

    private func add(
        _ files: [String], at place: Place, environment: [String: String], _ scratch: Scratch, _ name: String
    ) async throws {
        guard !files.isEmpty else { return }
        var add = place.command(
            ["add", "--all"] + (try Self.pathspecs(files, in: scratch, name)), access: .writing)
        add.environment = environment
        _ = try await run(add)
    }

    /// What is gone. (`add` would refuse it where its folder is ignored.)
    private func forget(
        _ files: [String], at place: Place, environment: [String: String], _ scratch: Scratch
    ) async throws {
        guard !files.isEmpty else { return }
        var remove = place.command(
            ["rm", "--cached", "-r", "--quiet", "--force", "--ignore-unmatch"]
                + (try Self.pathspecs(files, in: scratch, "gone")),
            access: .writing)
        remove.environment = environment
        _ = try await run(remove)
    }

    /// Files and folders that the index has, and those that HEAD has.
    private func names(at place: Place) async throws -> (index: Set<String>, head: Set<String>) {
        func withFolders(_ fields: [ArraySlice<UInt8>]) -> Set<String> {
            var names: Set<String> = []
            for field in fields {
                var name = String(decoding: field, as: UTF8.self)[...]
                while names.insert(String(name)).inserted, let slash = name.lastIndex(of: "/") { name = name[..<slash] }
            }
            return names
        }
        let index = withFolders(try await run(place.command("ls-files", "-z")).fields)
        guard try await commit(named: "HEAD", at: place) != nil else { return (index, []) }
        let head = place.command("ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD")
        return (index, withFolders(try await run(head).fields))
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

    private func isKnown(_ file: String, at place: Place) async throws -> Bool {
        var list = place.command("ls-files", "-z", "--", file)
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        return try await !run(list).fields.isEmpty
    }

    /// - Parameter command: the one that commits.
    private func isNothingStaged(for commit: GitCommand, at place: Place) async throws -> Bool {
        var command = place.command(
            "diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none",
            accepting: [0, 1])
        command.environment = commit.environment
        return try await run(command).code == 0
    }
}
