import Model

extension Git {
    enum Landing {
        case landed
        case moved
        case busy(TargetBusy)
    }

    /// Moves a branch, and the worktree that has it checked out.
    func land(
        _ new: String, on target: String, from old: String, reason: String, at place: Place
    ) async throws -> Landing {
        let records = try await worktrees(at: place).filter { !$0.isBare && Paths.isFolder($0.path) }
        let holders = records.filter { $0.branch == target }
        if holders.count > 1 { return .busy(.checkedOutTwice(worktrees: holders.map(\.path))) }
        for record in records where record.branch == nil {
            guard try await isRebasing(target, in: record) else { continue }
            return .busy(.operationInProgress(worktree: record.path))
        }
        guard let holder = holders.first else {
            return try await move(target, from: old, to: new, reason: reason, at: place) ? .landed : .moved
        }
        let worktree = try await self.place(holder.path)
        if let busy = try await busy(worktree, from: old, to: new) { return .busy(busy) }
        // Files and index first: stopped here, the worktree shows the merge as staged, and a second try completes it.
        // The other way round it would show the merge undone, ready to be committed by mistake.
        if let busy = try await updateFiles(of: worktree, from: old, to: new) { return .busy(busy) }
        guard try await move(target, from: old, to: new, reason: reason, at: worktree) else {
            _ = try await run(worktree.command("read-tree", "-m", "-u", new, old, access: .writing))
            return .moved
        }
        return .landed
    }

    /// - Returns: false when the branch is not where it was expected.
    private func move(
        _ branch: String, from old: String, to new: String, reason: String, at place: Place
    ) async throws -> Bool {
        do {
            let ref = "refs/heads/" + branch
            _ = try await run(place.command("update-ref", "-m", reason, ref, new, old, access: .writing))
            return true
        } catch let failure as GitFailure {
            guard try await branchCommit(branch, at: place) != old else { throw failure }
            return false
        }
    }

    func isRebasing(_ branch: String, in record: WorktreeRecord) async throws -> Bool {
        let worktree = try await place(record.path)
        return try ["rebase-merge/head-name", "rebase-apply/head-name"].contains { name in
            let path = worktree.own(name)
            guard Paths.exists(path) else { return false }
            return try Paths.text(of: path).split(separator: "\n").first == "refs/heads/\(branch)"
        }
    }

    private func busy(_ worktree: Place, from old: String, to new: String) async throws -> TargetBusy? {
        if operation(at: worktree) != nil { return .operationInProgress(worktree: worktree.top) }
        let untracked = try await obstacles(in: worktree, from: old, to: new)
        return try await takeOver(untracked, of: new, from: old, in: worktree) ? nil : .localChanges(files: untracked)
    }

    /// A two-way merge of the index, which keeps local changes beside it and refuses to touch a file that has any.
    private func updateFiles(of worktree: Place, from old: String, to new: String) async throws -> TargetBusy? {
        do {
            try await readTree(of: worktree, from: old, to: new)
            return nil
        } catch let failure as GitFailure {
            if Paths.exists(worktree.own("index.lock")) { return .indexLocked }
            let changed = Set(try await changedPaths(from: old, to: new, at: worktree))
            let files = try await statusEntries(at: worktree).filter { entry in
                entry.kind == .unmerged || Self.isInTheWay(entry.path, of: changed)
            }.map(\.path)
            guard !files.isEmpty else { throw failure }
            guard try await takeOver(files, of: new, from: old, in: worktree) else {
                return .localChanges(files: files)
            }
            try await readTree(of: worktree, from: old, to: new)
            return nil
        }
    }

    private func readTree(of worktree: Place, from old: String, to new: String) async throws {
        _ = try await run(
            worktree.command("update-index", "-q", "--refresh", access: .writing, accepting: [0, 1, 128]))
        _ = try await run(worktree.command("read-tree", "-m", "-u", old, new, access: .writing))
    }

    private static func isInTheWay(_ path: String, of changed: Set<String>) -> Bool {
        changed.contains(path) || changed.contains { $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }
    }

    func changedPaths(
        from old: String, to new: String, filter: String = "ACDMRT", at place: Place
    ) async throws -> [String] {
        let command = place.command(
            "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=" + filter, old, new)
        return try await run(command).fields.map { String(decoding: $0, as: UTF8.self) }
    }

    /// 256 paths of 4,096 bytes are 1 MiB, half of what a command line may hold.
    static let pathsPerCommandMax = 256

    /// Untracked files where the merge would put its own. git would overwrite those among them that are ignored.
    func obstacles(in worktree: Place, from old: String, to new: String) async throws -> [String] {
        let paths = try await changedPaths(from: old, to: new, filter: "AT", at: worktree)
        return try await untracked(at: paths, in: worktree)
    }

    /// - Parameters:
    ///   - paths: where git is about to put a file.
    ///   - onlyIgnored: what is not ignored has been saved.
    /// - Throws: `RepositoryError.filesInTheWay`.
    func requireRoom(for paths: [String], in worktree: Place, onlyIgnored: Bool = false) async throws {
        let files = try await untracked(at: paths, in: worktree, onlyIgnored: onlyIgnored)
        guard files.isEmpty else { throw RepositoryError.filesInTheWay(files) }
    }

    private func untracked(
        at paths: [String], in worktree: Place, onlyIgnored: Bool = false
    ) async throws -> [String] {
        let candidates = paths.compactMap { Self.occupant(of: $0, in: worktree.top) }
        let which = ["--others"] + (onlyIgnored ? ["--ignored", "--exclude-standard"] : [])
        var untracked: [String] = []
        for start in stride(from: 0, to: candidates.count, by: Self.pathsPerCommandMax) {
            let some = candidates[start...].prefix(Self.pathsPerCommandMax)
            var command = worktree.command(["ls-files", "-z"] + which + ["--"] + some)
            command.environment["GIT_LITERAL_PATHSPECS"] = "1"
            untracked += try await run(command).fields.map { String(decoding: $0, as: UTF8.self) }
        }
        return untracked
    }

    /// - Returns: what stands at a path, be it only a file where a folder would be needed.
    private static func occupant(of path: String, in top: String) -> String? {
        var prefix = ""
        for component in path.split(separator: "/") {
            prefix += prefix.isEmpty ? String(component) : "/" + component
            switch Paths.kind(top + "/" + prefix) {
            case nil: return nil
            case .other: return prefix
            case .folder: continue
            }
        }
        return prefix
    }
}
