import Model

extension Git {
    /// Lands a branch on a target. The merge itself is computed without any worktree; then, where the target is checked
    /// out, that worktree's files, index and branch move together, or not at all.
    /// - Parameter commit: what of the branch lands, wherever it goes on from there; nil: all that it has.
    /// - Throws: `RepositoryError` `.branchNotFound`, `.commitNotFound`; `GitFailure`.
    package func merge(
        _ repository: String, branch: String, at commit: String? = nil, into target: String, strategy: MergeStrategy,
        message: String
    ) async throws -> MergeOutcome {
        let place = try await place(repository)
        return try await turns.withKey(place.commonFolder) {
            for _ in 0..<2 {
                let old = try await requireBranchCommit(target, at: place)
                let tip =
                    if let commit { try await requireCommit(named: commit, at: place) } else {
                        try await requireBranchCommit(branch, at: place)
                    }
                switch try await prepare(tip, onto: old, strategy: strategy, message: message, at: place) {
                case .settled(let outcome): return outcome
                case .commit(let new):
                    let landing = try await uninterrupted {
                        try await land(new, on: target, from: old, reason: "merge \(branch)", at: place)
                    }
                    switch landing {
                    case .landed: return .merged(commit: new)
                    case .busy(let why): return .targetBusy(why)
                    case .moved: continue
                    }
                }
            }
            return .targetBusy(.moving)
        }
    }

    private enum Preparation {
        case settled(MergeOutcome)
        /// What the target is to move to.
        case commit(String)
    }

    private func prepare(
        _ tip: String, onto old: String, strategy: MergeStrategy, message: String, at place: Place
    ) async throws -> Preparation {
        if try await isAncestor(tip, of: old, at: place) { return .settled(.nothingToMerge) }
        if strategy == .fastForward {
            return try await isAncestor(old, of: tip, at: place) ? .commit(tip) : .settled(.diverged)
        }
        let (result, isClean) = try await mergedTree(old, tip, at: place)
        guard isClean else { return .settled(.conflict(result.files)) }
        if strategy == .squash, try await tree(of: old, at: place) == result.tree { return .settled(.nothingToMerge) }
        let parents = strategy == .squash ? [old] : [old, tip]
        return .commit(try await makeCommit(tree: result.tree, parents: parents, message: message, at: place))
    }

    /// Merges two commits in memory.
    func mergedTree(
        _ ours: String, _ theirs: String, at place: Place
    ) async throws -> (result: ConflictList, isClean: Bool) {
        let command = place.command(
            "merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs, access: .writing, accepting: [0, 1])
        let reply = try await run(command)
        return (try ConflictList(reply.fields), reply.code == 0)
    }

    func tree(of commit: String, at place: Place) async throws -> String {
        try await run(place.command("rev-parse", "--verify", commit + "^{tree}")).line
    }
}
