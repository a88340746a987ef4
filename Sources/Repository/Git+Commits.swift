import Model

extension Git {
    /// Commits all that is not ignored, untracked files included, where the worktree's HEAD is.
    /// - Returns: the commit, or nil when there was nothing to commit.
    package func commitAll(
        _ worktree: String, message: String, author: Identity? = nil
    ) async throws -> String? {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            try await commitAll(at: place, message: message, author: author)
        }
    }

    /// `commitAll`, and sees to it that a ref holds the outcome even where HEAD is on no branch: after it, nothing that
    /// git does not ignore is lost with the worktree.
    package func saveWork(_ worktree: String, message: String) async throws -> String? {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            try takeAwayLocks(at: place)
            let saved = try await commitUnlessUnfinished(at: place, message: message)
            // What is on a branch is held by it; to look through all refs takes long where there are many.
            if try await currentBranch(at: place) == nil, let head = try await commit(named: "HEAD", at: place),
                try await !isReachable(head, at: place)
            {
                _ = try await run(place.command("update-ref", Self.savedRefPrefix + head, head, access: .writing))
            }
            return saved
        }
    }

    /// Sets a worktree back to a commit. What is there now is committed first and kept by a ref, so that nothing that git
    /// does not ignore is lost.
    /// - Returns: the commit that holds what was there; nil when it was there already.
    /// - Throws: `RepositoryError.filesInTheWay` for ignored ones.
    package func rewind(_ worktree: String, to commit: String, message: String) async throws -> String? {
        _ = try await saveWork(worktree, message: message)
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            guard let target = try await self.commit(named: commit, at: place),
                let head = try await self.commit(named: "HEAD", at: place), head != target
            else { return nil }
            try await requireRoom(
                for: try await changedPaths(from: head, to: target, filter: "AT", at: place), in: place,
                onlyIgnored: true)
            _ = try await run(place.command("update-ref", Self.savedRefPrefix + head, head, access: .writing))
            _ = try await run(place.command("reset", "--quiet", "--hard", target, access: .writing))
            return head
        }
    }

    /// In the middle of a rebase, or with conflicts open, a commit would take the marks of the conflicts for the work, and be
    /// one of the branch's for ever: what is there is held by a ref instead.
    private func commitUnlessUnfinished(at place: Place, message: String) async throws -> String? {
        let operation = operation(at: place)
        let isOpen = if operation == nil { false } else { try await !conflicts(at: place).isEmpty }
        guard operation == .rebase || isOpen else {
            return try await commitAll(at: place, message: message, author: nil)
        }
        return try await Scratch.with(in: settings.scratchFolder) { scratch in
            let index = scratch.path + "/index"
            try copyIndex(of: place, to: index)
            let tree = try await writeTree(at: place, environment: ["GIT_INDEX_FILE": index])
            let head = try await commit(named: "HEAD", at: place)
            if let head, try await self.tree(of: head, at: place) == tree { return nil }
            let kept = try await makeCommit(
                tree: tree, parents: head.map { [$0] } ?? [], message: message, at: place)
            _ = try await run(place.command("update-ref", Self.savedRefPrefix + kept, kept, access: .writing))
            return nil
        }
    }

    /// The newest commit that two have in common.
    package func mergeBase(_ repository: String, _ first: String, _ second: String) async throws -> String? {
        let place = try await place(repository)
        let (first, second) = (
            try await requireCommit(named: first, at: place), try await requireCommit(named: second, at: place)
        )
        let reply = try await run(place.command("merge-base", first, second, accepting: [0, 1]))
        return reply.code == 0 ? reply.line : nil
    }

    /// Refs that hold what was found on no branch.
    static let savedRefPrefix = "refs/roost/saved/"

    private func commitAll(at place: Place, message: String, author: Identity?) async throws -> String? {
        _ = try await run(place.command("add", "--all", access: .writing))
        let staged = place.command(
            "diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none",
            accepting: [0, 1])
        guard try await run(staged).code == 1 else { return nil }
        var command = place.command(
            "commit", "--quiet", "--no-verify", "--cleanup=whitespace", "--message", message, access: .writing)
        try await sign(&command, at: place, author: author)
        _ = try await run(command)
        return try await requireCommit(named: "HEAD", at: place)
    }

    /// A commit that no ref holds yet.
    func makeCommit(tree: String, parents: [String], message: String, at place: Place) async throws -> String {
        let parents = parents.flatMap { ["-p", $0] }
        var command = place.command(["commit-tree", tree] + parents + ["-m", message], access: .writing)
        try await sign(&command, at: place, author: nil)
        return try await run(command).line
    }

    /// Whether any ref reaches the commit.
    func isReachable(_ commit: String, at place: Place) async throws -> Bool {
        let command = place.command("for-each-ref", "--count=1", "--format=%(refname)", "--contains", commit)
        return try await !run(command).lines.isEmpty
    }

    /// Puts the name and the time on a commit: the user's own name where git knows one, and the hub's clock.
    /// - Parameter isDateOfAuthor: false where commits are done over, which keep their authors' dates.
    func sign(
        _ command: inout GitCommand, at place: Place, author: Identity?, isDateOfAuthor: Bool = true
    ) async throws {
        sign(&command, as: try await identity(at: place), author: author, isDateOfAuthor: isDateOfAuthor)
    }

    func sign(
        _ command: inout GitCommand, as committer: [String: String], author: Identity? = nil,
        isDateOfAuthor: Bool = true
    ) {
        command.configuration.merge(committer) { $1 }
        let date = "@\(time.now().millisecondsSince1970 / 1_000) +0000"
        if isDateOfAuthor { command.environment["GIT_AUTHOR_DATE"] = date }
        command.environment["GIT_COMMITTER_DATE"] = date
        command.environment["GIT_AUTHOR_NAME"] = author?.name
        command.environment["GIT_AUTHOR_EMAIL"] = author?.email
    }

    /// - Returns: what git has to be told of who commits, because no configuration says it.
    func identity(at place: Place) async throws -> [String: String] {
        let query = place.command(
            "config", "-z", "--name-only", "--get-regexp", #"^user\.(name|email)$"#, accepting: [0, 1])
        let known = try await run(query).fields.map { String(decoding: $0, as: UTF8.self) }
        return ["user.name": Identity.hub.name, "user.email": Identity.hub.email].filter { !known.contains($0.key) }
    }
}
