import Model

extension Git {
    /// Takes what a patch brought out of a worktree again, hunk by hunk from the last, or not at all. The index and the
    /// branch stay: what is left to tell is the difference to HEAD.
    /// - Parameters:
    ///   - patch: as a diff of this worktree shows it, of one file or more.
    ///   - hunks: only these, counted from 0 over the whole patch; nil for all.
    /// - Throws: `RepositoryError` `.patchUnreadable`, `.patchStale` with git's own words.
    package func revert(_ worktree: String, patch: String, hunks: Set<Int>? = nil) async throws {
        let place = try await place(worktree)
        let wanted = try Patch(patch).keeping(hunks)
        try await turns.withKey(place.commonFolder) {
            try await Scratch.with(in: settings.scratchFolder) { scratch in
                let file = scratch.path + "/patch"
                try Paths.write(Array(wanted.utf8), to: file)
                let apply = place.command(
                    "apply", "--reverse", "--whitespace=nowarn", "--recount", "--", file, access: .writing)
                do {
                    _ = try await run(apply)
                } catch let failure as GitFailure {
                    guard case .exited(1) = failure.reason else { throw failure }
                    throw RepositoryError.patchStale(failure.words)
                }
            }
        }
    }

    /// Makes a worktree's files those of a commit. Save what is there first: this does not.
    /// - Parameter files: only these; nil for all. Where the commit has none of that name, the file goes.
    /// - Throws: `RepositoryError` `.operationInProgress`, `.commitNotFound`, `.fileNotFound`, `.filesInTheWay`.
    package func revertFiles(_ worktree: String, to commit: String, files: [String]?) async throws {
        let place = try await place(worktree)
        try await turns.withKey(place.commonFolder) {
            try requireQuiet(place)
            let target = try await requireCommit(named: commit, at: place)
            try await Scratch.with(in: settings.scratchFolder) { scratch in
                guard let files else {
                    let index = scratch.path + "/index"
                    try copyIndex(of: place, to: index)
                    let current = try await writeTree(at: place, environment: ["GIT_INDEX_FILE": index])
                    return try await replaceFiles(
                        from: current, to: try await tree(of: target, at: place), at: place)
                }
                // git would refuse all for the sake of one that neither side has.
                for file in files {
                    guard Self.isPath(file) else { throw RepositoryError.fileNotFound(file) }
                    let isAbsent = try await isAbsent(file, in: target, at: place)
                    guard !isAbsent || Paths.exists(place.top + "/" + file) else {
                        throw RepositoryError.fileNotFound(file)
                    }
                }
                try await requireRoom(
                    for: try await missing(files, of: target, at: place), in: place, onlyIgnored: true)
                let paths = try Self.pathspecs(files, in: scratch, "paths")
                // What git does not know yet is to be known, so that it goes where the commit has none.
                let present = files.filter { Paths.exists(place.top + "/" + $0) }
                if !present.isEmpty {
                    var add = place.command(
                        ["add", "--all"] + (try Self.pathspecs(present, in: scratch, "present")), access: .writing)
                    add.environment["GIT_LITERAL_PATHSPECS"] = "1"
                    _ = try await run(add)
                }
                var restore = place.command(
                    ["restore", "--source", target, "--staged", "--worktree", "--no-overlay"] + paths,
                    access: .writing)
                restore.environment["GIT_LITERAL_PATHSPECS"] = "1"
                _ = try await run(restore)
                try await unstage(at: place)
            }
        }
    }

    /// What a commit has at some paths, or below, of which the worktree has none, or something that is no file.
    private func missing(_ files: [String], of commit: String, at place: Place) async throws -> [String] {
        var missing: [String] = []
        for start in stride(from: 0, to: files.count, by: Self.pathsPerCommandMax) {
            let some = files[start...].prefix(Self.pathsPerCommandMax)
            var command = place.command(
                ["diff-index", "-z", "--name-only", "--no-renames", "--diff-filter=DTU", "--no-ext-diff"]
                    + ["--ignore-submodules=dirty", commit, "--"] + some)
            command.environment["GIT_LITERAL_PATHSPECS"] = "1"
            missing += try await run(command).fields.map { String(decoding: $0, as: UTF8.self) }
        }
        return missing
    }

    func isAbsent(_ file: String, in commit: String, at place: Place) async throws -> Bool {
        var list = place.command("ls-tree", "-z", "--full-tree", "--name-only", commit, "--", file)
        list.environment["GIT_LITERAL_PATHSPECS"] = "1"
        return try await run(list).fields.isEmpty
    }
}
