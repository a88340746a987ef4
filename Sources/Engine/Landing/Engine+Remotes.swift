package import Journal
package import Model
import Repository

// What goes to a remote and comes from it.
extension Engine {
    /// Puts a run's branch on a remote. What is not committed yet stays here.
    /// - Throws: `HubError` `.deniedByPolicy`, `.reviewRequired`, `.pushRejected` and `.remoteFailed` in git's own words;
    ///   `.illegalTransition` while its agent is at work.
    package func push(_ id: Run.ID, _ input: PushRun, by actor: Actor) async throws -> Committed<Run> {
        try await withWork(of: id, to: "push") { run, project, worktree in
            try await push(run, of: project, in: worktree, input)
            return try await tell(.pushCompleted, of: run, in: worktree, by: actor)
        }
    }

    func push(_ run: Run, of project: Project, in worktree: String, _ input: PushRun) async throws {
        try await requirePushes(of: run, to: "push")
        let approved = try await requireReview(of: run, in: project, to: "push")
        guard let branch = run.branch else { return }
        let remote = if let named = input.remote { named } else { try await git.remote(of: branch, in: worktree) }
        let git = try await remoteGit(of: run)
        let outcome = try await asRemote {
            try await git.push(worktree, branch: branch, at: approved, to: remote, isForced: input.force == true)
        }
        if case .rejected(let words) = outcome {
            throw HubError(
                .pushRejected, "\(remote) refused \(branch): \(words)",
                members: ["remote": .string(remote), "words": .string(words)])
        }
    }

    /// Gets what a remote has, for all runs of the repository.
    /// - Returns: the remote, and its branches that are new, have moved or are gone.
    package func fetch(
        _ id: Run.ID, from remote: String?, by actor: Actor
    ) async throws -> (remote: String, branches: [String]) {
        let fetched = try await withWorktree(of: id) { run, project in
            let place = Self.place(of: run, in: project)
            let name = if let remote { remote } else { try await git.remote(of: run.branch ?? "", in: place) }
            let git = try await remoteGit(of: run)
            return (name, try await asRemote { try await git.fetch(place, from: name) })
        }
        try await journal.change(of: id, by: actor) { tx in
            var run = try tx.required(id)
            run.touch(at: tx.now)
            try tx.put(run, as: .branchUpdated)
        }
        return fetched
    }

    /// Brings what others have put on a run's branch at the remote into its worktree.
    /// - Throws: `HubError` `.mergeConflict`, also with no files when both have commits and no rebase was asked for;
    ///   `.remoteFailed`; `.illegalTransition` while its agent is at work.
    package func pull(_ id: Run.ID, _ input: PullRun, by actor: Actor) async throws -> Committed<Run> {
        try await withWork(of: id, to: "pull") { run, _, worktree in
            guard let branch = run.branch else {
                return try await tell(.branchUpdated, of: run, in: worktree, by: actor)
            }
            let remote = if let named = input.remote { named } else { try await git.remote(of: branch, in: worktree) }
            let remoteGit = try await remoteGit(of: run)
            _ = try await asRemote { try await remoteGit.fetch(worktree, from: remote) }
            try await saveBefore("a pull from \(remote)", at: .run(run.id), in: worktree)
            if input.rebase == true { _ = try await git.saveWork(worktree, message: CommitMessage.make(for: run)) }
            switch try await git.pull(worktree, branch: branch, from: remote, rebases: input.rebase == true) {
            case .upToDate, .done:
                return try await tell(.branchUpdated, of: run, in: worktree, by: actor) {
                    if $0.headCommit != run.headCommit { $0.review = .none }
                }
            case .diverged(let ahead, let behind):
                throw HubError(
                    .mergeConflict,
                    "\(branch) has \(ahead) commits that \(remote) has not, which has \(behind) others: a rebase is needed",
                    members: [
                        "conflictedFiles": [], "ahead": .integer(Int64(ahead)), "behind": .integer(Int64(behind)),
                    ])
            case .conflict(let files, let operation):
                try await tellConflict(Run.Conflict(files, operation: operation), of: id, by: actor)
                throw HubError.conflict(files, operation: operation, of: id)
            }
        }
    }

    /// With what the hub has of the run's credentials for GitHub.
    private func remoteGit(of run: Run) async throws -> Git {
        let context = context
        return git.showing(try await journal.read { try context.hostToken(of: run, $0) })
    }

    private func asRemote<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as GitFailure where error.subcommand == "push" || error.subcommand == "fetch" {
            throw HubError(
                .remoteFailed, "\(error)",
                members: ["command": .string(error.subcommand), "words": .string(error.words)], retryAfterSeconds: 10)
        }
    }
}
