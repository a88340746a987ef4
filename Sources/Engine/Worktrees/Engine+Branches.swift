package import Model
import Repository

extension Engine {
    /// How a run's worktree stands: to its target, to its remote, and to itself.
    /// - Throws: `HubError` `.runNotFound`; `.illegalTransition` for a run without a worktree.
    package func branchStatus(of id: Run.ID) async throws -> RunBranch {
        try await withWorktree(of: id) { run, _ in
            guard let worktree = run.worktreeOnDisk else {
                throw HubError.illegal(
                    "status", "run \(id), which has no worktree,", currentStatus: run.status.rawValue)
            }
            return RunBranch(try await git.branchStatus(worktree, target: run.targetBranch), of: run)
        }
    }

    /// The commits of a run since its base, the newest first.
    /// - Parameters:
    ///   - head: where the first page began; nil for the first page.
    ///   - skipped: how many the pages before had.
    /// - Returns: where this page began, and its commits.
    package func commits(
        of id: Run.ID, from head: String?, skipping skipped: Int, countMax: Int
    ) async throws -> (head: String?, commits: [RunCommit]) {
        try await withWorktree(of: id) { run, project in
            guard let base = run.baseCommit else { return (nil, []) }
            let place = Self.place(of: run, in: project)
            let now = run.worktreeOnDisk == nil ? run.headCommit : try await git.headCommit(place)
            guard let head = head ?? now else { return (nil, []) }
            let commits = try await git.commits(place, of: head, since: base, skipping: skipped, countMax: countMax)
            return (head, commits.map(RunCommit.init))
        }
    }
}
