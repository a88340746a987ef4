package import Journal
package import Model
import Repository

extension Engine {
    /// A settled run's worktree goes when nobody needs it; whoever was looking at it at that moment looks again, and finds
    /// the work on its branch.
    func withWorktree<Result>(
        of id: Run.ID, _ body: (Run, Project) async throws -> Result
    ) async throws -> Result {
        func look() async throws -> (Run, Project) {
            try await journal.read { reader in
                let run = try reader.required(id)
                return (run, try reader.required(run.projectId))
            }
        }
        let (run, project) = try await look()
        do {
            return try await inHubTerms { try await body(run, project) }
        } catch {
            let (later, project) = try await look()
            guard later.worktreePath != run.worktreePath else { throw error }
            return try await inHubTerms { try await body(later, project) }
        }
    }

    /// Brings a run's work into its target branch, finishes its card, and removes its worktree.
    /// - Throws: `HubError` `.mergeConflict` with `conflictedFiles`, `.nothingToMerge`, `.targetBusy`,
    ///   `.illegalTransition` while it is at work or when it is merged.
    package func merge(_ id: Run.ID, _ input: MergeRun, by principal: Principal) async throws -> Committed<Run> {
        guard await scheduler.hold(id) else {
            let run = try await journal.read { try $0.required(id) }
            throw HubError(
                .illegalTransition,
                "merge is not possible: run \(id) has a process, or another verb is at its worktree",
                members: ["currentStatus": .string(run.status.rawValue)], retryAfterSeconds: 1)
        }
        do {
            let merged = try await land(id, input, by: principal)
            await scheduler.release(id)
            await scheduler.tidy(id)
            return merged
        } catch {
            await scheduler.release(id)
            throw error
        }
    }

    private func land(_ id: Run.ID, _ input: MergeRun, by principal: Principal) async throws -> Committed<Run> {
        try await withWorktree(of: id) { run, project in
            let branch = try mergeableBranch(of: run, in: project)
            let isApproved = try await requireReview(of: run, in: project, to: "merge") != nil
            // What changed nothing has lost its branch with its worktree.
            guard run.worktreePath != nil || run.diff?.filesChanged != 0 else { throw HubError.nothingToMerge(run) }
            let head = try await savedHead(of: run, on: branch)
            // What was written while it was saved has been seen by nobody.
            if isApproved, let head, try await git.tree(project.path, of: head) != run.approvedWork?.tree {
                throw HubError.reviewStale(run, "merge")
            }
            let result = try await git.merge(
                project.path, branch: branch, at: head, into: run.targetBranch, strategy: input.strategy.asGit,
                message: input.message ?? "Merge \(branch) into \(run.targetBranch)\n\nRoost-Run: \(id)\n")
            switch result {
            case .merged(let commit):
                return try await landed(id, head: head, commit: commit, by: principal)
            case .nothingToMerge:
                // The merge was made and the hub died before it could say so.
                if run.diff.map({ $0.filesChanged > 0 }) == true, let head,
                    let commit = try await git.landing(project.path, of: head, on: run.targetBranch)
                {
                    return try await landed(id, head: head, commit: commit, by: principal)
                }
                throw HubError.nothingToMerge(run)
            case .conflict(let files):
                let told = files.map { Run.Conflict.File(path: $0.path, kind: $0.kind.rawValue) }
                try await tellConflict(Run.Conflict(operation: nil, files: told), of: id, by: principal.actor)
                throw HubError.conflict(files, run: id, target: run.targetBranch)
            case .diverged:
                throw HubError(
                    .mergeConflict,
                    "\(run.targetBranch) has commits that run \(id) has not: fast-forward is not possible",
                    members: ["conflictedFiles": []])
            case .targetBusy(let why):
                throw HubError.busy(why, target: run.targetBranch)
            }
        }
    }

    private func mergeableBranch(of run: Run, in project: Project) throws -> String {
        try project.requireOpen()
        guard run.status.isSettled, let branch = run.branch else {
            throw HubError.illegal("merge", "run \(run.id)", currentStatus: run.status.rawValue)
        }
        guard !run.merge.hasLanded else {
            throw HubError(
                .illegalTransition, "run \(run.id) is merged already",
                members: ["currentStatus": .string(run.status.rawValue), "merge": .string(run.merge.rawValue)])
        }
        return branch
    }

    /// Commits what is not committed yet.
    /// - Returns: the newest commit of the run's branch.
    private func savedHead(of run: Run, on branch: String) async throws -> String? {
        guard let worktree = run.worktreePath, FolderOnDisk(worktree).exists else { return run.headCommit }
        if let operation = try await git.operation(in: worktree) {
            throw RepositoryError.operationInProgress(operation, worktree: worktree)
        }
        let current = try await git.inspect(worktree).currentBranch
        guard current == branch else {
            throw HubError(
                .gitFailed,
                "the worktree of run \(run.id) is on \(current ?? "no branch"), not on \(branch): what it holds would not land"
            )
        }
        let saved = try await git.saveWork(worktree, message: CommitMessage.make(for: run))
        return if let saved { saved } else { try await git.headCommit(worktree) }
    }

    private func landed(
        _ id: Run.ID, head: String?, commit: String, by principal: Principal
    ) async throws -> Committed<Run> {
        let offered = availableProviders
        return try await journal.change(of: id, by: principal.actor) { tx in
            var run = try tx.required(id)
            guard run.merge != .merged else {
                throw HubError.illegal("merge", "run \(id), which is merged,", currentStatus: run.status.rawValue)
            }
            run.merge = .merged
            run.mergeCommit = commit
            run.headCommit = head
            run.touch(at: tx.now)
            try tx.put(run, as: .mergeCompleted)
            try tx.finishCard(of: run, offering: offered, for: principal)
            return run
        }
    }
}

extension Transaction {
    /// What landed is done, and what waited for it may begin.
    func finishCard(of run: Run, offering providers: [Provider], for principal: Principal?) throws {
        guard let card = run.cardId, var card = try get(card), card.status != .done else { return }
        let before = card.status
        try finish(&card)
        try releaseDependents(of: card, was: before, by: providers, for: principal)
    }

    /// Work that landed is done: the card goes to the first `done` column of its board.
    private func finish(_ card: inout Card) throws {
        try move(&card, toFirst: .done)
        guard card.status != .done else { return }
        // The board has no such column.
        card.status = .done
        card.touch(at: now)
        try put(card, as: .cardCompleted)
    }
}

extension HubError {
    fileprivate static func nothingToMerge(_ run: Run) -> HubError {
        HubError(.nothingToMerge, "run \(run.id) changed nothing that \(run.targetBranch) does not have")
    }

    fileprivate static func conflict(_ files: [ConflictedFile], run: Run.ID, target: String) -> HubError {
        HubError(
            .mergeConflict,
            "run \(run) conflicts with \(target) in \(files.map(\.path).joined(separator: ", "))",
            members: [
                "conflictedFiles": .array(
                    files.map { ["path": .string($0.path), "kind": .string($0.kind.rawValue)] })
            ])
    }
}

extension HubError {
    static func busy(_ why: TargetBusy, target: String) -> HubError {
        let files: [String]
        let reason: String
        switch why {
        case .localChanges(let changed):
            files = changed
            reason = "uncommitted changes would be overwritten: \(changed.joined(separator: ", "))"
        case .operationInProgress(let worktree):
            (files, reason) = ([], "git is in the middle of an operation in \(worktree)")
        case .indexLocked: (files, reason) = ([], "another git holds its index")
        case .checkedOutTwice(let worktrees):
            (files, reason) = ([], "it is checked out in \(worktrees.joined(separator: " and "))")
        case .moving: (files, reason) = ([], "it moved while the merge was made")
        }
        return HubError(
            .targetBusy, "\(target) cannot take a merge now: \(reason)",
            members: ["files": .array(files.map { .string($0) })], retryAfterSeconds: files.isEmpty ? 1 : nil)
    }
}

extension MergeRun.Strategy? {
    fileprivate var asGit: MergeStrategy {
        switch self {
        case nil, .merge: .merge
        case .squash: .squash
        case .fastForward: .fastForward
        }
    }
}
