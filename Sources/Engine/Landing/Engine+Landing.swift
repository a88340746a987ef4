import Journal
import Model
import Repository

// What the verbs on a run's branch have in common. Each has the worktree for itself, saves what it may destroy under a
// snapshot, and then tells the row what git says: a hub that dies in between has git's truth, and the verb done again
// finds it done.
extension Engine {
    /// - Throws: `HubError` `.illegalTransition` while an agent is at work, or for a run without a worktree.
    func withWork<Result>(
        of id: Run.ID, to verb: String, _ body: (Run, Project, _ worktree: String) async throws -> Result
    ) async throws -> Result {
        guard await scheduler.hold(id) else {
            let run = try await journal.read { try $0.required(id) }
            throw HubError.illegal(verb, "run \(id), which has a process,", currentStatus: run.status.rawValue)
        }
        do {
            let result = try await withWorktree(of: id) { run, project in
                try project.requireOpen()
                guard let worktree = run.worktreeOnDisk, run.branch != nil else {
                    throw HubError.illegal(
                        verb, "run \(id), which has no worktree,", currentStatus: run.status.rawValue)
                }
                return try await body(run, project, worktree)
            }
            await scheduler.release(id)
            return result
        } catch {
            await scheduler.release(id)
            throw error
        }
    }

    /// Holds what there is before a verb that may destroy it. What its newest snapshot holds already is held.
    func saveBefore(_ verb: String, _ run: Run, in worktree: String) async throws {
        _ = try await git.snapshot(
            worktree, scope: run.id.rawValue, name: RunSnapshot.idPrefix + ids.next().description, kind: .auto,
            note: "Before \(verb)")
        try await git.inBackground.pruneSnapshots(
            worktree, scope: run.id.rawValue, keeping: settings.limits.snapshotsMax)
    }

    /// Tells what a verb came to, with what git says about the branch now.
    /// - Parameter base: what the branch's own commits begin with now; nil: the same as before.
    func tell(
        _ event: EventType, of run: Run, in worktree: String, base: String? = nil, by actor: Actor,
        _ change: @escaping @Sendable (inout Run) -> Void = { _ in }
    ) async throws -> Committed<Run> {
        let head = try await git.headCommit(worktree)
        let base = base ?? run.baseCommit
        var stats: DiffStats?
        if let base { stats = try await git.diff(worktree: worktree, against: base, patches: false).stats }
        return try await journal.change(of: run.id, by: actor) { [stats] tx in
            var run = try tx.required(run.id)
            (run.headCommit, run.baseCommit) = (head ?? run.headCommit, base)
            run.diff = stats ?? run.diff
            change(&run)
            run.touch(at: tx.now)
            try tx.put(run, as: event)
            return run
        }
    }

    /// - Throws: `HubError.reviewRequired` where the project's policy asks for one.
    func requireReview(of run: Run, to verb: String) async throws {
        let policy = try await journal.read { try $0.policy(of: $0.required(run.projectId)) }
        guard policy.requireReview == true, run.review != .approved else { return }
        throw HubError(
            .reviewRequired, "\(verb) needs an approved review of run \(run.id); it is \(run.review.rawValue)",
            members: ["review": .string(run.review.rawValue), "currentStatus": .string(run.status.rawValue)])
    }

    /// - Throws: `HubError.deniedByPolicy` unless the project lets work leave this machine.
    func requirePushes(of run: Run, to verb: String) async throws {
        let policy = try await journal.read { try $0.policy(of: $0.required(run.projectId)) }
        guard policy.autoGitPush != true else { return }
        throw HubError(
            .deniedByPolicy,
            "\(verb) is not possible: the project's policy keeps its work on this machine (autoGitPush)",
            members: ["rule": "autoGitPush", "policyId": .string(policy.id.rawValue)])
    }

    func tellConflict(of id: Run.ID, by actor: Actor) async throws {
        // It comes to no value: what the request is answered with is the error that follows.
        try await journal.change(of: id, by: actor) { tx in
            var run = try tx.required(id)
            run.merge = .conflict
            run.touch(at: tx.now)
            try tx.put(run, as: .branchConflict, severity: .warning)
        }
    }
}

extension HubError {
    static func conflict(
        _ files: [BranchStatus.Conflict], operation: WorktreeOperation, of run: Run.ID
    ) -> HubError {
        HubError(
            .mergeConflict,
            "the \(operation.rawValue) of run \(run) conflicts in \(files.map(\.path).joined(separator: ", "))",
            members: [
                "operation": .string(operation.rawValue),
                "conflictedFiles": .array(
                    files.map { ["path": .string($0.path), "kind": .string($0.kind.rawValue)] }),
            ])
    }
}
