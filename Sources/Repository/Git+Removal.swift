import Model

// A worktree that goes leaves a commit behind, under a ref of our own, with what it held and where it was: it can be had
// back for as long as somebody keeps that ref.
extension Git {
    /// Removes a worktree, after saving what it holds. Ignored files go with it, and are in no commit. One that is gone already
    /// is taken off the repository's list.
    /// - Parameters:
    ///   - scope: whose it was, and `name` which of the removals: one component of a ref's name each. Such a name is used
    ///     once.
    ///   - takesChanges: also one with files that are not committed, which only the saved commit has then.
    /// - Returns: nil when there was nothing left to save.
    /// - Throws: `RepositoryError` `.unknownWorktree`, `.worktreeDirty`, `.worktreeUnreachable`, `.worktreeHasSubmodules`,
    ///   `.operationInProgress`, `.worktreeNotSaved`.
    @discardableResult
    package func removeWorktree(
        _ repository: String, path: String, scope: String, name: String, takesChanges: Bool
    ) async throws -> RemovedWorktree? {
        let place = try await place(repository)
        return try await turns.withKey(place.commonFolder) {
            let target = Paths.canonicalTarget(path)
            // The first on the list is the user's own.
            guard let record = try await worktrees(at: place).dropFirst().first(where: { $0.path == target }) else {
                throw RepositoryError.unknownWorktree(path)
            }
            var saved: RemovedWorktree?
            var force: [String] = []
            if Paths.exists(target) {
                let worktree = try await self.place(record.path)
                let look = try await look(at: worktree)
                if let obstacle = look.obstacle(takesChanges: takesChanges, path: path) { throw obstacle }
                let (removed, tree) = try await save(record, at: worktree, scope: scope, name: name)
                saved = removed
                // Somebody may have written on meanwhile: then it stays, and so does what was saved.
                guard try await wholeTree(at: worktree) == tree else {
                    throw RepositoryError.worktreeDirty(path, files: look.changed + 1)
                }
                if look.hasSubmodules || look.changed > 0 { force = ["--force"] }
            }
            _ = try await run(place.command(["worktree", "remove"] + force + ["--", target], access: .writing))
            return saved
        }
    }

    /// What a removal would come to.
    package func removalLook(_ worktree: String) async throws -> RemovalLook {
        try await look(at: try await place(worktree))
    }

    /// The newest first.
    package func removedWorktrees(_ repository: String) async throws -> [RemovedWorktree] {
        try await removedWorktrees(at: try await place(repository), below: RemovedWorktree.refPrefix)
    }

    /// Makes a removed worktree again as it was: its place, its branch, its files. What was staged is not committed, and no
    /// longer staged. Done again after it was cut short, it does what is left.
    /// - Throws: `RepositoryError` `.removalNotFound`, `.pathOccupied`, `.branchInUse`, `.branchMoved`.
    package func bringBackWorktree(_ repository: String, scope: String, name: String) async throws -> RemovedWorktree {
        let place = try await place(repository)
        let ref = RemovedWorktree.ref(scope: scope, name: name)
        guard let removed = try await removedWorktrees(at: place, below: ref).first(where: { $0.name == name }) else {
            throw RepositoryError.removalNotFound(name)
        }
        let head = removed.head
        if let branch = removed.branch, let tip = try await branchCommit(branch, at: place), tip != head {
            throw RepositoryError.branchMoved(branch, from: head)
        }
        if let branch = removed.branch {
            _ = try await addWorktree(repository, path: removed.path, branch: branch, from: head)
        } else {
            try await addDetached(removed, at: place)
        }
        let worktree = try await self.place(removed.path)
        try await turns.withKey(place.commonFolder) {
            try await uninterrupted {
                let current = try await self.currentTree(at: worktree)
                try await self.replaceFiles(
                    from: current, to: try await self.tree(of: removed.commit, at: place), at: worktree)
            }
            _ = try await run(place.command("update-ref", "-d", ref, removed.commit, access: .writing))
        }
        return removed
    }

    /// Lets go of what was saved of a removed worktree.
    package func forgetRemovedWorktree(_ repository: String, scope: String, name: String) async throws {
        let place = try await place(repository)
        try await turns.withKey(place.commonFolder) {
            let ref = RemovedWorktree.ref(scope: scope, name: name)
            _ = try await run(place.command("update-ref", "-d", ref, access: .writing))
        }
    }

    /// All worktrees that the repository has on its list, its own first.
    package func worktreeList(_ repository: String) async throws -> [WorktreeEntry] {
        try await worktrees(at: try await place(repository)).enumerated().map { index, record in
            WorktreeEntry(
                path: record.path, branch: record.branch, head: record.head, isOwn: index == 0,
                exists: Paths.isFolder(record.path))
        }
    }

    private func addDetached(_ removed: RemovedWorktree, at place: Place) async throws {
        try await turns.withKey(place.commonFolder) {
            let target = Paths.canonicalTarget(removed.path)
            if let record = try await worktrees(at: place).first(where: { $0.path == target }) {
                if try await reuse(record, for: nil, at: place) { return }
            } else if try !Paths.isEmpty(removed.path) {
                throw RepositoryError.pathOccupied(removed.path)
            }
            _ = try await run(
                place.command(
                    "worktree", "add", "--quiet", "--detach", "--", removed.path, removed.head, access: .writing))
        }
    }

    private func removedWorktrees(at place: Place, below prefix: String) async throws -> [RemovedWorktree] {
        let command = place.command(
            "for-each-ref", "--sort=-committerdate", "--format=" + RemovedWorktree.format, prefix)
        var reply = try await run(command).output
        if reply.last == UInt8(ascii: "\n") { reply.removeLast() }
        let fields = reply.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        return RemovedWorktree.list(
            fields.map { String(decoding: $0.first == UInt8(ascii: "\n") ? $0.dropFirst() : $0, as: UTF8.self) })
    }

    private func look(at worktree: Place) async throws -> RemovalLook {
        let entries = try await statusEntries(at: worktree)
        let submodules = try await submodulePaths(at: worktree)
        let modules = worktree.own("modules")
        var look = RemovalLook(changed: entries.count, hasSubmodules: !submodules.isEmpty)
        // git shows all untracked files by name, but of a repository only where it is.
        let hasNested = entries.contains { $0.kind == .untracked && $0.path.hasSuffix("/") }
        // An agent may have put files where a submodule would be, which no status shows.
        let submodulesHold = try (submodules.map { worktree.top + "/" + $0 } + [modules]).contains {
            try !Paths.isEmpty($0)
        }
        // Also where git ignores it, and would take it away with the rest.
        let hasWorktree = try await worktrees(at: worktree).contains {
            $0.path.hasPrefix(worktree.top + "/") && Paths.exists($0.path)
        }
        look.holdsRepositories = hasNested || submodulesHold || hasWorktree
        look.operation = operation(at: worktree)
        look.head = try await commit(named: "HEAD", at: worktree)
        if let head = look.head { look.isReachable = try await isReachable(head, at: worktree) }
        let ignored = worktree.command(
            "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
        look.ignored = try await run(ignored).fields.map { String(decoding: $0, as: UTF8.self) }
        return look
    }

    /// What a worktree holds now, by an index that is not its own.
    /// - Throws: `RepositoryError.worktreeNotSaved` for files that git cannot read or take.
    private func wholeTree(at worktree: Place) async throws -> String {
        try await Scratch.with(in: settings.scratchFolder) { scratch in
            let index = scratch.path + "/index"
            try copyIndex(of: worktree, to: index)
            let environment = ["GIT_INDEX_FILE": index]
            if let words = try await addAll(at: worktree, environment: environment) {
                throw RepositoryError.worktreeNotSaved(worktree.top, words: words)
            }
            return try await writeTree(at: worktree, environment: environment)
        }
    }

    /// What a worktree holds now, as far as git can read it.
    private func currentTree(at worktree: Place) async throws -> String {
        try await Scratch.with(in: settings.scratchFolder) { scratch in
            let index = scratch.path + "/index"
            try copyIndex(of: worktree, to: index)
            return try await writeTree(at: worktree, environment: ["GIT_INDEX_FILE": index])
        }
    }

    private func save(
        _ record: WorktreeRecord, at worktree: Place, scope: String, name: String
    ) async throws -> (RemovedWorktree, tree: String) {
        let tree = try await wholeTree(at: worktree)
        let head = try await requireCommit(named: "HEAD", at: worktree)
        // Saved by a try that was cut short.
        let earlier = try await removedWorktrees(at: worktree, below: RemovedWorktree.ref(scope: scope, name: name))
        if let same = earlier.first(where: { $0.name == name && $0.head == head && $0.path == record.path }),
            try await self.tree(of: same.commit, at: worktree) == tree
        {
            return (same, tree)
        }
        let message = RemovedWorktree.message(path: record.path, branch: record.branch)
        let staged = try await stagedCommit(
            of: try await stagedTree(at: worktree), beside: tree, head: head, at: worktree)
        let commit = try await makeCommit(
            tree: tree, parents: [head] + (staged.map { [$0] } ?? []), message: message, at: worktree)
        let ref = RemovedWorktree.ref(scope: scope, name: name)
        // The empty old value: a name is used once.
        _ = try await run(worktree.command("update-ref", ref, commit, "", access: .writing))
        let made = try await removedWorktrees(at: worktree, below: ref).first { $0.name == name }
        guard let made else { throw RepositoryError.removalNotFound(name) }
        return (made, tree)
    }
}
