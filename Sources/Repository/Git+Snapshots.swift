package import Model

// Snapshots hold what git does not ignore. They are commits under refs of our own, so plain git can list, show and check
// them out, and no `gc` takes them.
extension Git {
    /// Saves what a worktree holds. Its index and files stay as they are. Asked again for the same name, or by the hub for
    /// what its newest snapshot holds, it answers with the one that is there.
    /// - Parameters:
    ///   - scope: whose snapshots they are: one component of a ref's name, as is `name`.
    ///   - note: one line.
    package func snapshot(
        _ worktree: String, scope: String, name: String, kind: Snapshot.Kind, note: String
    ) async throws -> Snapshot {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            let all = try await snapshots(at: place, scope: scope)
            if let same = all.first(where: { $0.name == name }) { return same }
            return try await snapshot(
                at: place, scope: scope, name: name, kind: kind, note: note, unless: kind == .auto ? all.first : nil
            ).snapshot
        }
    }

    /// The newest first.
    package func snapshots(_ repository: String, scope: String) async throws -> [Snapshot] {
        try await snapshots(at: try await place(repository), scope: scope)
    }

    /// Makes a worktree's files those of a snapshot, after saving what they were. The branch and its commits stay: what
    /// differs from HEAD shows as uncommitted.
    /// - Returns: what the restore replaced.
    /// - Throws: `RepositoryError` `.snapshotNotFound`, `.operationInProgress`, `.filesInTheWay`.
    package func restore(
        _ worktree: String, scope: String, name: String, checkpoint: String, note: String
    ) async throws -> Snapshot {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            guard let wanted = try await snapshots(at: place, scope: scope).first(where: { $0.name == name }) else {
                throw RepositoryError.snapshotNotFound(name)
            }
            try requireQuiet(place)
            return try await uninterrupted {
                let (saved, current) = try await snapshot(
                    at: place, scope: scope, name: checkpoint, kind: .restore, note: note)
                try await replaceFiles(from: current, to: wanted.tree, at: place)
                return saved
            }
        }
    }

    /// Removes snapshots that were not made by hand, the oldest first, until no more than so many are left.
    /// - Parameter made: the one that has just been made, or found to hold the same: it stays, also where those that were made by hand
    ///   are as many as may be.
    package func pruneSnapshots(
        _ repository: String, scope: String, keeping count: Int, sparing made: String
    ) async throws {
        let place = try await place(repository)
        // Looked at without a turn: most often there is nothing to do.
        guard try await snapshots(at: place, scope: scope).count > count else { return }
        try await turns.withKey(place.commonFolder) {
            let all = try await snapshots(at: place, scope: scope)
            let surplus = all.filter { $0.kind != .manual && $0.name != made }.suffix(max(0, all.count - count))
            for each in surplus { try await remove(each, at: place) }
        }
    }

    /// Removes snapshots that were not made by hand and are older, of whomever they are: the scopes of what has ended see no pruning.
    /// - Returns: how many.
    package func forgetSnapshots(_ repository: String, madeBefore limit: Timestamp) async throws -> Int {
        let place = try await place(repository)
        func old() async throws -> [Snapshot] {
            let all = try await snapshots(at: place, below: Snapshot.refPrefix)
            return all.filter { $0.kind != .manual && $0.createdAt < limit }
        }
        // Looked at without a turn: most often there is nothing to do.
        guard try await !old().isEmpty else { return 0 }
        return try await turns.withKey(place.commonFolder) {
            let all = try await old()
            for each in all { try await remove(each, at: place) }
            return all.count
        }
    }

    private func remove(_ snapshot: Snapshot, at place: Place) async throws {
        let ref = Snapshot.ref(scope: snapshot.scope, name: snapshot.name)
        _ = try await run(place.command("update-ref", "-d", ref, snapshot.commit, access: .writing))
    }

    private func snapshots(at place: Place, scope: String) async throws -> [Snapshot] {
        try await snapshots(at: place, below: Snapshot.refPrefix + scope + "/")
    }

    private func snapshots(at place: Place, below prefix: String) async throws -> [Snapshot] {
        let command = place.command("for-each-ref", "--sort=-refname", "--format=" + Snapshot.format, prefix)
        var reply = try await run(command).output
        // The newline after each ref is the beginning of the next one's name.
        if reply.last == UInt8(ascii: "\n") { reply.removeLast() }
        let fields = reply.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        return try Snapshot.list(fields.map { $0.first == UInt8(ascii: "\n") ? $0.dropFirst() : $0 })
    }

    /// - Parameter newest: the answer where it holds the same already.
    private func snapshot(
        at place: Place, scope: String, name: String, kind: Snapshot.Kind, note: String, unless newest: Snapshot? = nil
    ) async throws -> (snapshot: Snapshot, tree: String) {
        try await Scratch.with(in: settings.scratchFolder) { scratch in
            // The objects are the repository's own: they are to stay.
            let index = scratch.path + "/index"
            try copyIndex(of: place, to: index)
            async let head = commit(named: "HEAD", at: place)
            async let author = identity(at: place)
            async let stagedTree = stagedTree(at: place)
            let tree = try await writeTree(at: place, environment: ["GIT_INDEX_FILE": index])
            let staged = try await stagedCommit(of: stagedTree, beside: tree, head: head, at: place)
            if let newest, staged == nil, try await newest.head == head, newest.tree == tree { return (newest, tree) }
            let line = note.split(whereSeparator: \.isNewline).first.map(String.init) ?? kind.rawValue
            var make = place.command(
                ["commit-tree", tree] + (try await [head, staged].compactMap(\.self).flatMap { ["-p", $0] }) + [
                    "-m", line + "\n\n" + Snapshot.kindTrailer + kind.rawValue + "\n",
                ], access: .writing)
            sign(&make, as: try await author)
            let commit = try await run(make).line
            let ref = Snapshot.ref(scope: scope, name: name)
            // The empty old value: a name is used once.
            _ = try await run(place.command("update-ref", ref, commit, "", access: .writing))
            guard let made = try await snapshots(at: place, below: ref).first else {
                throw RepositoryError.snapshotNotFound(name)
            }
            return (made, tree)
        }
    }

    /// - Returns: nil where nothing is staged, and amid conflicts, whose sides are in commits.
    func stagedTree(at place: Place) async throws -> String? {
        guard Paths.exists(place.own("index")) else { return nil }
        return try await Scratch.with(in: settings.scratchFolder) { scratch in
            let index = scratch.path + "/index"
            try copyIndex(of: place, to: index)
            var write = place.command("write-tree", access: .writing, accepting: [0, 128])
            write.environment["GIT_INDEX_FILE"] = index
            let reply = try await run(write)
            return reply.code == 0 ? reply.line : nil
        }
    }

    /// What is staged, as a commit, where neither HEAD nor the files have all of it: it would be nowhere else.
    func stagedCommit(
        of staged: String?, beside tree: String, head: String?, at place: Place
    ) async throws -> String? {
        guard let head, let staged, staged != tree else { return nil }
        func contents(unlike other: String) async throws -> Set<[UInt8]> {
            let command = place.command(
                "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--diff-filter=AMT", other, staged)
            let fields = try await run(command).fields
            var contents: Set<[UInt8]> = []
            // `:100644 100644 <id> <id> M`, and the path as a field of its own.
            for index in stride(from: 0, to: fields.count - 1, by: 2) {
                let words = fields[index].split(separator: UInt8(ascii: " "))
                if words.count == 5 { contents.insert(Array(words[3]) + Array(fields[index + 1])) }
            }
            return contents
        }
        guard try await !contents(unlike: tree).isDisjoint(with: contents(unlike: head)) else { return nil }
        return try await makeCommit(tree: staged, parents: [head], message: "What was staged", at: place)
    }

    /// By the worktree's own index, which ends as HEAD's: what is left to tell is the difference to HEAD.
    func replaceFiles(from current: String, to target: String, at place: Place) async throws {
        _ = try await run(place.command("add", "--all", "--ignore-errors", access: .writing, accepting: [0, 1]))
        do {
            // All others are in the index by now.
            try await requireRoom(
                for: try await changedPaths(from: current, to: target, filter: "AT", at: place), in: place)
            _ = try await run(place.command("read-tree", "-m", "-u", current, target, access: .writing))
        } catch {
            // The first failure is the one to tell of: files that stay staged are no loss.
            do { try await unstage(at: place) } catch {}
            throw error
        }
        try await unstage(at: place)
    }

    func unstage(at place: Place) async throws {
        guard try await commit(named: "HEAD", at: place) != nil else { return }
        _ = try await run(place.command("reset", "--quiet", "--mixed", access: .writing))
    }
}
