package import Journal
package import Model
import Repository

extension Engine {
    /// Does a run's commits over on another base: what is not committed yet is committed first.
    /// - Throws: `HubError` `.mergeConflict` with `conflictedFiles` and `operation`, `.operationInProgress`,
    ///   `.validationFailed` for a base that is not there; `.illegalTransition` while its agent is at work.
    package func rebase(_ id: Run.ID, _ input: RebaseRun, by actor: Actor) async throws -> Committed<Run> {
        try await withWork(of: id, to: "rebase") { run, project, worktree in
            try run.requireUnlanded(to: "rebase")
            let target = input.onto ?? run.targetBranch
            guard try await git.branchExists(project.path, branch: target) else {
                throw HubError.invalid("/onto", "the repository has no branch \(target)")
            }
            try await requireQuiet(worktree)
            let wasApproved = try await approvalHolds(of: run, in: project)
            try await saveBefore("a rebase onto \(target)", at: .run(run.id), in: worktree)
            _ = try await git.saveWork(worktree, message: CommitMessage.make(for: run))
            // On another branch than before, what lies between the old target and the run's own is not the run's.
            let old = input.from ?? (target == run.targetBranch ? nil : "refs/heads/" + run.targetBranch)
            return try await settle(
                try await git.rebase(worktree, onto: "refs/heads/" + target, from: old), of: run, target: target,
                in: worktree, aborting: input.onConflict == .abort, keepingApproval: wasApproved, by: actor)
        }
    }

    /// Goes on with what waits in a run's worktree, once its conflicts are brought together.
    /// - Throws: `HubError` `.mergeConflict` with those that are left; `.illegalTransition` when nothing waits.
    package func continueOperation(of id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        try await withWork(of: id, to: "continue") { run, _, worktree in
            try await saveBefore("it went on", at: .run(run.id), in: worktree)
            return try await settle(
                try await git.continueOperation(worktree), of: run, target: run.targetBranch, in: worktree,
                aborting: false, by: actor
            )
        }
    }

    /// Calls off what waits in a run's worktree; what was brought together so far is kept by a snapshot.
    /// - Throws: `HubError` `.illegalTransition` when nothing waits.
    package func abortOperation(of id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        try await withWork(of: id, to: "abort") { run, _, worktree in
            try await saveBefore("it was called off", at: .run(run.id), in: worktree)
            _ = try await git.abortOperation(worktree)
            return try await tell(.branchUpdated, of: run, in: worktree, by: actor) {
                if $0.merge == .conflict { $0.merge = $0.restingMerge }
            }
        }
    }

    /// Has a run's agent bring together what conflicts. Where a merge was refused and nothing waits yet, its branch is done
    /// over on its target first; if that needs nobody, nobody is told.
    package func resolveConflicts(of id: Run.ID, text: String?, by actor: Actor) async throws -> Committed<Run> {
        let run = try await journal.read { try $0.required(id) }
        if try await waiting(in: run) == nil, run.merge == .conflict {
            do {
                return try await rebase(id, RebaseRun(), by: actor)
            } catch let error as HubError where error.code == .mergeConflict {}
        }
        guard let (operation, files) = try await waiting(in: run) else {
            throw HubError.illegal("resolve", "run \(id), which has no conflict,", currentStatus: run.status.rawValue)
        }
        let words = ConflictPrompt.make(operation: operation, files: files, target: run.targetBranch, text: text)
        return try await sendMessage(id, SendMessage(text: words), by: actor)
    }

    private func waiting(
        in run: Run
    ) async throws -> (operation: WorktreeOperation, files: [BranchStatus.Conflict])? {
        guard let worktree = run.worktreeOnDisk else { return nil }
        return try await inHubTerms {
            let status = try await git.branchStatus(worktree, target: run.targetBranch)
            return status.operation.map { ($0, status.conflicts) }
        }
    }

    /// - Throws: `RepositoryError.operationInProgress`.
    func requireQuiet(_ worktree: String) async throws {
        guard let operation = try await git.operation(in: worktree) else { return }
        throw RepositoryError.operationInProgress(operation, worktree: worktree)
    }

    private func settle(
        _ outcome: RebaseOutcome, of run: Run, target: String, in worktree: String, aborting: Bool,
        keepingApproval: Bool = false, by actor: Actor
    ) async throws -> Committed<Run> {
        switch outcome {
        case .done(let head):
            // What was approved is done over as it was, and nobody had a hand in it.
            let done =
                keepingApproval ? Run.ApprovedWork(head: head, tree: try await git.tree(worktree, of: head)) : nil
            let base = try await git.mergeBase(worktree, "HEAD", "refs/heads/" + target)
            return try await tell(.branchUpdated, of: run, in: worktree, base: base, by: actor) {
                $0.targetBranch = target
                if let done { $0.approvedWork = done }
                if $0.merge == .conflict {
                    // What somebody brought together is not what was approved.
                    ($0.merge, $0.review) = ($0.restingMerge, .none)
                }
            }
        case .conflict(let files, let operation):
            if aborting { _ = try await git.abortOperation(worktree) }
            try await tellConflict(
                Run.Conflict(files, operation: aborting ? nil : operation), of: run.id, by: actor)
            throw HubError.conflict(files, operation: operation, of: run.id)
        }
    }
}

/// What an agent is told about conflicts.
enum ConflictPrompt {
    static func make(
        operation: WorktreeOperation, files: [BranchStatus.Conflict], target: String, text: String?
    ) -> String {
        let list = files.map { "- \($0.path) (\($0.kind.rawValue))" }
        let name = operation == .cherryPick ? "cherry-pick" : operation.rawValue
        let way = operation == .merge ? "git commit --no-edit" : "GIT_EDITOR=true git \(name) --continue"
        return
            ([
                "A \(name) of your branch with \(target) stopped in this worktree, with conflicts in these files:"
            ] + list + [
                "",
                "Bring them together so that what both sides meant still holds, take out all conflict marks, and stage each file with `git add` (or `git rm`). Then run `\(way)`, and do the same again until git says that it is done. Do not abort it.",
            ] + (text.map { ["", $0] } ?? [])).joined(separator: "\n")
    }
}
