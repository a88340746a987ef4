import Model

// What may stop half-way for somebody to decide, and how it goes on or is called off. A worktree has one such operation at
// a time, and git itself remembers it: whoever dies in between finds it there.
extension Git {
    /// Does the commits of a worktree's branch over on another base.
    /// - Parameter old: where the branch's own commits begin, if that is not where the new base and it meet.
    /// - Throws: `RepositoryError` `.commitNotFound`, `.operationInProgress`, `.worktreeDirty`, `.filesInTheWay`.
    package func rebase(_ worktree: String, onto base: String, from old: String? = nil) async throws -> RebaseOutcome {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            try requireQuiet(place)
            let onto = try await requireCommit(named: base, at: place)
            let upstream = if let old { try await requireCommit(named: old, at: place) } else { onto }
            let files = try await statusEntries(at: place).filter { $0.kind != .untracked }.count
            guard files == 0 else { throw RepositoryError.worktreeDirty(place.top, files: files) }
            let head = try await requireCommit(named: "HEAD", at: place)
            // Also what one of the commits adds and a later one takes away again.
            let own = try await addedPaths(by: upstream + ".." + head, at: place)
            let theirs = try await changedPaths(from: head, to: onto, filter: "AT", at: place)
            try await requireRoom(for: theirs + own, in: place)
            return try await uninterrupted {
                try await act(
                    [
                        "rebase", "--quiet", "--no-autostash", "--no-fork-point", "--no-verify", "--empty=drop",
                        "--no-stat", "--onto", onto, upstream,
                    ], at: place)
            }
        }
    }

    /// Goes on with what waits in a worktree. A file counts as brought together that is not what git left there, and has no marks of a
    /// conflict; what is to stay as git left it is for somebody to say, by `git add`.
    /// - Throws: `RepositoryError` `.nothingInProgress`, `.filesInTheWay`.
    package func continueOperation(_ worktree: String) async throws -> RebaseOutcome {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            let operation = try requireOperation(at: place)
            try await requireRoom(for: try await pathsToCome(of: operation, at: place), in: place)
            let open = try await takeResolved(at: place)
            guard open.isEmpty else { return .conflict(open, operation: operation) }
            let arguments =
                operation == .merge
                ? ["commit", "--quiet", "--no-verify", "--no-edit"] : [operation.command, "--continue"]
            return try await uninterrupted { try await act(arguments, at: place) }
        }
    }

    /// Calls off what waits in a worktree: the branch and the files are what they were before it. What stands where its files go and
    /// git ignores stays; what it does not ignore is for the caller to save first, by a snapshot.
    /// - Returns: what was called off.
    /// - Throws: `RepositoryError` `.nothingInProgress`, `.filesInTheWay`.
    package func abortOperation(_ worktree: String) async throws -> WorktreeOperation {
        let place = try await place(worktree)
        return try await turns.withKey(place.commonFolder) {
            let operation = try requireOperation(at: place)
            try takeAwayLocks(at: place)
            try await requireRoom(
                for: try await pathsToComeBack(of: operation, at: place), in: place, onlyIgnored: true)
            _ = try await uninterrupted { try await callOff(operation, at: place) }
            return operation
        }
    }

    private func callOff(_ operation: WorktreeOperation, at place: Place) async throws {
        do {
            _ = try await run(place.command(operation.command, "--abort", access: .writing))
        } catch let failure as GitFailure where operation == .rebase {
            // Killed before it had noted where it came from, it has moved nothing yet; git would refuse to call it off for ever.
            let notes = ["rebase-merge", "rebase-apply"].flatMap {
                [$0 + "/head-name", $0 + "/orig-head", $0 + "/onto"]
            }
            let whole = try notes.map(place.own).filter(Paths.exists).filter { try !Paths.text(of: $0).isEmpty }
            guard whole.count < 3 else { throw failure }
            _ = try await run(place.command("rebase", "--quit", access: .writing))
        }
    }

    private func requireOperation(at place: Place) throws -> WorktreeOperation {
        guard let operation = operation(at: place) else {
            throw RepositoryError.nothingInProgress(worktree: place.top)
        }
        return operation
    }

    private func act(_ arguments: [String], at place: Place) async throws -> RebaseOutcome {
        try takeAwayLocks(at: place)
        var command = place.command(arguments, access: .writing)
        // Habits of the user that would change what it does.
        for key in ["rebase.autoSquash", "rebase.updateRefs", "rebase.autoStash", "rerere.autoupdate"] {
            command.configuration[key] = "false"
        }
        try await sign(&command, at: place, author: nil, isDateOfAuthor: false)
        do {
            _ = try await run(command)
        } catch let failure as GitFailure {
            guard case .exited = failure.reason, let operation = operation(at: place) else { throw failure }
            let open = try await conflicts(at: place)
            guard !open.isEmpty else { throw failure }
            return .conflict(open, operation: operation)
        }
        return .done(head: try await requireCommit(named: "HEAD", at: place))
    }

    func conflicts(at place: Place) async throws -> [BranchStatus.Conflict] {
        try await statusEntries(at: place).compactMap { entry in
            guard entry.kind == .unmerged, let kind = BranchStatus.Conflict.Kind(code: entry.code) else { return nil }
            return BranchStatus.Conflict(path: entry.path, kind: kind)
        }
    }

    /// - Returns: the conflicts that are left.
    private func takeResolved(at place: Place) async throws -> [BranchStatus.Conflict] {
        var open: [BranchStatus.Conflict] = []
        var within = FilesWithin(place.top)
        for conflict in try await conflicts(at: place) {
            // Whether a file is to be there at all is for somebody to say, by `git add` or `git rm`.
            let hasContent = conflict.kind == .bothModified || conflict.kind == .bothAdded
            let path = place.top + "/" + conflict.path
            guard hasContent, Paths.kind(path) == .other, within.has(conflict.path),
                try await isChanged(conflict.path, at: place),
                try !ConflictMarks.areIn(path, size: try await markSize(of: conflict.path, at: place))
            else {
                open.append(conflict)
                continue
            }
            var add = place.command("add", "--", conflict.path, access: .writing)
            add.environment["GIT_LITERAL_PATHSPECS"] = "1"
            _ = try await run(add)
        }
        // What was brought together may have other files beside it.
        if open.isEmpty { _ = try await run(place.command("add", "--update", access: .writing)) }
        return open
    }

    /// Whether a file in conflict is another than git left there: what it cannot merge, it leaves as one side has it, without a mark.
    private func isChanged(_ path: String, at place: Place) async throws -> Bool {
        guard let present = try await presentEntry(path, at: place) else { return false }
        // The files as the merge left them, marks and all; not every way to merge says that.
        let left =
            Paths.exists(place.own("AUTO_MERGE"))
            ? ["ls-tree", "-z", "--full-tree", "AUTO_MERGE", "--", path] : ["ls-files", "-z", "--unmerged", "--", path]
        return try await !entries(place.command(left)).contains(present)
    }

    private func markSize(of path: String, at place: Place) async throws -> Int {
        // Path, attribute, value.
        let fields = try await run(place.command("check-attr", "-z", "conflict-marker-size", "--", path)).fields
        guard fields.count == 3, let size = Int(String(decoding: fields[2], as: UTF8.self)),
            (1...ConflictMarks.sizeMax).contains(size)
        else { return ConflictMarks.usualSize }
        return size
    }
}

extension WorktreeOperation {
    /// git's own name of it.
    fileprivate var command: String {
        switch self {
        case .merge, .rebase, .revert: rawValue
        case .cherryPick: "cherry-pick"
        }
    }
}
