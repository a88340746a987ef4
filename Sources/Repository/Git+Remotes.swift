import Model

// What goes to a network. The repository's own configuration says where to, and nothing of what runs on the way: programs
// that only it names are not run, and one whose credentials come of such a program, or could come to somebody else, is refused.
extension Git {
    /// Puts a branch on a remote, and has it followed there.
    /// - Parameters:
    ///   - commit: what of the branch is put there, wherever it goes on from there; nil: what it is at now.
    ///   - isForced: replaces what the remote has, if that is still what was fetched last.
    /// - Throws: `RepositoryError` `.branchNotFound`, `.remoteNotFound`, `.remoteNotTrusted`, `.largeFilesStay`;
    ///   `GitFailure`.
    package func push(
        _ repository: String, branch: String, at commit: String? = nil, to remote: String, isForced: Bool
    ) async throws -> PushOutcome {
        let place = try await place(repository)
        let now = try await requireBranchCommit(branch, at: place)
        let tip = if let commit { try await requireCommit(named: commit, at: place) } else { now }
        let ref = "refs/heads/" + branch
        var arguments = ["push", "--porcelain", "--no-verify", "--no-recurse-submodules"]
        if isForced { arguments.append("--force-with-lease=" + ref) }
        arguments += try await farEnd("receive-pack", of: remote, at: place)
        // By its id: the branch may go on meanwhile.
        arguments += ["--", remote, tip + ":" + ref]
        let command = try await networked(place.command(arguments, access: .writing, accepting: [0, 1]), at: place)
        let before = try await self.commit(named: "refs/remotes/\(remote)/\(branch)", at: place)
        try await pushLargeFiles(of: tip, branch, to: remote, at: place)
        let reply = try await run(command)
        if reply.code == 0 {
            try await follow(ref, of: remote, by: branch, at: place)
            return before == tip ? .upToDate : .pushed
        }
        let refused = reply.lines.filter { $0.hasPrefix("!") }.map { $0.split(separator: "\t").dropFirst(2).joined() }
        // The remote was not even asked.
        guard !refused.isEmpty else {
            throw GitFailure(subcommand: "push", reason: .exited(code: reply.code), words: reply.words)
        }
        return .rejected((refused + [reply.words]).filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    /// What `--set-upstream` notes, which it does for a branch's name alone.
    private func follow(_ ref: String, of remote: String, by branch: String, at place: Place) async throws {
        for (key, value) in [("remote", remote), ("merge", ref)] {
            let key = "branch.\(branch).\(key)"
            // Each change of the configuration has all that is known of it asked anew.
            let known = try await run(place.command("config", "--get-all", "--", key, accepting: [0, 1])).lines
            guard known != [value] else { continue }
            // What git says of this lock names no file.
            try takeAwayLocks(at: place)
            _ = try await run(place.command("config", "--replace-all", "--", key, value, access: .writing))
        }
    }

    /// Gets what a remote has.
    /// - Returns: the branches of it that are new, have moved or are gone.
    /// - Parameter watch: how long it may take, and who is told how far it is.
    package func fetch(
        _ repository: String, from remote: String, watch: TransferWatch? = nil
    ) async throws -> [String] {
        let place = try await place(repository)
        let before = try await remoteBranches(remote, at: place)
        var command = place.command(
            ["fetch", watch == nil ? "--quiet" : "--progress", "--prune", "--no-recurse-submodules"]
                + ["--no-auto-maintenance"] + (try await farEnd("upload-pack", of: remote, at: place))
                + ["--", remote], access: .writing)
        watch?.follow(&command)
        _ = try await transfer(try await networked(command, at: place))
        let after = try await remoteBranches(remote, at: place)
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    }

    /// Brings what a remote has of a worktree's branch into it. Fetch first.
    /// - Parameter rebases: where both have commits, those of here are done over on those of there.
    /// - Throws: `RepositoryError` `.branchNotFound` when the remote has no such branch, `.operationInProgress`, `.filesInTheWay`.
    package func pull(
        _ worktree: String, branch: String, from remote: String, rebases: Bool
    ) async throws -> PullOutcome {
        let place = try await place(worktree)
        guard let theirs = try await commit(named: "refs/remotes/\(remote)/\(branch)", at: place) else {
            throw RepositoryError.branchNotFound("\(remote)/\(branch)")
        }
        let ours = try await requireCommit(named: "HEAD", at: place)
        let distance = try await distance(of: ours, to: theirs, at: place)
        if distance.behind == 0 { return .upToDate }
        if distance.ahead == 0 {
            try await turns.withKey(place.commonFolder) {
                try requireQuiet(place)
                try await requireRoom(
                    for: try await changedPaths(from: ours, to: theirs, filter: "AT", at: place), in: place)
                _ = try await run(
                    place.command(
                        "merge", "--quiet", "--ff-only", "--no-squash", "--no-verify", "--no-verify-signatures", theirs,
                        access: .writing))
            }
            return .done(head: theirs)
        }
        guard rebases else { return .diverged(ahead: distance.ahead, behind: distance.behind) }
        switch try await rebase(worktree, onto: theirs) {
        case .done(let head): return .done(head: head)
        case .conflict(let files, let operation): return .conflict(files, operation: operation)
        }
    }

    /// - Returns: the remote that a branch follows; else the only one, or `origin`.
    /// - Throws: `RepositoryError.remoteNotFound`.
    package func remote(of branch: String, in repository: String) async throws -> String {
        let place = try await place(repository)
        let all = try await run(place.command("remote")).lines
        let key = "branch.\(branch).remote"
        let followed = try await run(place.command("config", "--get", "--", key, accepting: [0, 1])).line
        if all.contains(followed) { return followed }
        guard let remote = all.contains("origin") ? "origin" : all.count == 1 ? all.first : nil else {
            throw RepositoryError.remoteNotFound("origin")
        }
        return remote
    }

    private func remoteBranches(_ remote: String, at place: Place) async throws -> [String: String] {
        let command = place.command(
            "for-each-ref", "--format=%(objectname) %(refname:lstrip=3)", "refs/remotes/\(remote)/")
        return Dictionary(
            try await run(command).lines.compactMap { line in
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                return parts.count == 2 && parts[1] != "HEAD" ? (parts[1], parts[0]) : nil
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The program at the other end, which the configuration could name otherwise. Where that end is on this machine, its
    /// hooks would run in the hub's name, and whoever can write the configuration chooses it.
    private func farEnd(_ program: String, of remote: String, at place: Place) async throws -> [String] {
        let isPush = program == "receive-pack"
        let query = place.command(
            ["remote", "get-url"] + (isPush ? ["--push"] : []) + ["--", remote], accepting: [0, 2, 128])
        let reply = try await run(query)
        guard reply.code == 0, let url = reply.lines.first else { throw RepositoryError.remoteNotFound(remote) }
        let text =
            RemoteAddress.isOnThisMachine(url) ? "git \(RemoteAddress.farEndSettings) \(program)" : "git-\(program)"
        return ["--\(program)=\(text)"]
    }

    /// - Throws: `RepositoryError.remoteNotTrusted`.
    func networked(_ command: GitCommand, at place: Place) async throws -> GitCommand {
        let query = place.command(
            ["config", "-z", "--show-scope", "--name-only", "--get-regexp", RemoteAddress.wayPattern],
            accepting: [0, 1])
        let fields = try await run(query).fields.map { String(decoding: $0, as: UTF8.self) }
        let named = stride(from: 0, to: fields.count - 1, by: 2).compactMap { index in
            ["local", "worktree"].contains(fields[index]) ? fields[index + 1] : nil
        }
        guard named.isEmpty else { throw RepositoryError.remoteNotTrusted(keys: named) }
        return reaching(command, by: RemoteAddress.protocols)
    }

    /// - Parameter protocols: as `GIT_ALLOW_PROTOCOL` has them.
    func reaching(_ command: GitCommand, by protocols: String) -> GitCommand {
        var command = command
        command.isTransfer = true
        for key in RemoteAddress.environmentKeys { command.environment[key] = settings.environment[key] }
        command.environment["GIT_ALLOW_PROTOCOL"] = protocols
        command.environment["GIT_SSH_COMMAND"] = RemoteAddress.ssh
        command.configuration.merge(RemoteAddress.slowness) { $1 }
        token?.open(&command)
        return command
    }
}

extension Git {
    /// The address of a remote as its configuration has it, before anything is put in its place (`insteadOf`).
    package func remoteAddress(_ repository: String, of remote: String) async throws -> String {
        let place = try await place(repository)
        let query = place.command("config", "--get", "--", "remote.\(remote).url", accepting: [0, 1])
        let reply = try await run(query)
        guard reply.code == 0, !reply.line.isEmpty else { throw RepositoryError.remoteNotFound(remote) }
        return reply.line
    }
}
