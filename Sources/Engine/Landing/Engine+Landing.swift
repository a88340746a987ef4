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

    /// - Returns: the branch's head that was looked at, where there is an approval and it is of what there is now.
    /// - Throws: `HubError` `.reviewRequired` where the project's policy asks for a review, `.reviewStale` where its work is another
    ///   by now.
    @discardableResult
    func requireReview(of run: Run, in project: Project, to verb: String) async throws -> String? {
        let policy = try await journal.read { try $0.policy(of: $0.required(run.projectId)) }
        let head = try await approvedHead(of: run, in: project)
        guard policy.requireReview == true, head == nil else { return head }
        if run.review == .approved {
            throw HubError.reviewStale(run, verb)
        }
        throw HubError(
            .reviewRequired, "\(verb) needs an approved review of run \(run.id); it is \(run.review.rawValue)",
            members: ["review": .string(run.review.rawValue), "currentStatus": .string(run.status.rawValue)])
    }

    /// What somebody approves of a run now; nil for one without a branch.
    func work(of run: Run, in project: Project) async throws -> Run.ApprovedWork? {
        guard let branch = run.branch else { return nil }
        if let worktree = run.worktreeOnDisk {
            let state = try await git.workState(worktree)
            return state.head.map { Run.ApprovedWork(head: $0, tree: state.tree) }
        }
        guard let head = try await git.branchHead(project.path, branch) ?? run.headCommit else { return nil }
        return Run.ApprovedWork(head: head, tree: try await git.tree(project.path, of: head))
    }

    /// Whether a run's work is what was approved: the same commit and the same files. That all of it has been committed meanwhile
    /// makes it no other.
    func approvalHolds(of run: Run, in project: Project) async throws -> Bool {
        try await approvedHead(of: run, in: project) != nil
    }

    /// - Returns: the branch's head where it is what was approved; nil where the work is another, or nobody approved it.
    func approvedHead(of run: Run, in project: Project) async throws -> String? {
        guard run.review == .approved, let approved = run.approvedWork,
            let now = try await work(of: run, in: project), now.tree == approved.tree
        else { return nil }
        if now.head == approved.head { return now.head }
        let isSame = try await git.isCommit(project.path, now.head, of: approved.tree, upon: approved.head)
        return isSame ? now.head : nil
    }

    /// - Throws: `HubError.limitExceeded` (`filesPerCommandMax`).
    func requireFew(_ count: Int?, _ what: String) throws {
        let most = settings.files.filesPerCommandMax
        guard let count, count > most else { return }
        throw HubError.limit("filesPerCommandMax", most, "\(count) \(what) are named")
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

    func tellConflict(_ conflict: Run.Conflict, of id: Run.ID, by actor: Actor) async throws {
        // It comes to no value: what the request is answered with is the error that follows.
        try await journal.change(of: id, by: actor) { tx in
            var run = try tx.required(id)
            (run.merge, run.conflict) = (.conflict, conflict)
            run.touch(at: tx.now)
            try tx.put(run, as: .branchConflict, severity: .warning)
        }
    }
}

extension Run.Conflict {
    init(_ files: [BranchStatus.Conflict], operation: WorktreeOperation?) {
        self.init(
            operation: operation?.rawValue, files: files.map { File(path: $0.path, kind: $0.kind.rawValue) })
    }
}

extension HubError {
    static func reviewStale(_ run: Run, _ verb: String) -> HubError {
        HubError(
            .reviewStale,
            "\(verb) is not possible: the work of run \(run.id) is not what was approved, something has changed since; it needs another review",
            members: [
                "review": .string(run.review.rawValue), "currentStatus": .string(run.status.rawValue),
                "approvedHead": run.approvedWork.map { .string($0.head) } ?? .null,
            ])
    }

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
