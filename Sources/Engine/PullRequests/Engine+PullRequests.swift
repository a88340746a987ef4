package import Journal
package import Model
import Repository

// A run's branch as a pull request at GitHub, by way of `gh`.
extension Engine {
    /// Pushes a run's branch and offers it to its target. One that is open for the branch already is taken for it: so is what a
    /// hub has made that died before it could say so.
    /// - Throws: `HubError` as `push`; `.pullRequestsUnavailable`, `.pullRequestFailed` in gh's own words;
    ///   `.illegalTransition` when the work has landed.
    package func createPullRequest(
        of id: Run.ID, _ input: CreatePullRequest, by actor: Actor
    ) async throws -> Committed<Run> {
        let made = try await withWork(of: id, to: "pull-request") { run, project, worktree in
            try run.requireUnlanded(to: "pull-request")
            guard let branch = run.branch else {
                return try await tell(.branchUpdated, of: run, in: worktree, by: actor)
            }
            let remote = if let named = input.remote { named } else { try await git.remote(of: branch, in: worktree) }
            let repository = try await hosted(remote, of: worktree)
            try await push(run, of: project, in: worktree, PushRun(remote: remote))
            let gitHub = try await gitHub(for: run)
            let base = input.baseBranch ?? run.targetBranch
            let (title, body) = try await words(of: run, input)
            let request = try await inTheirTerms {
                if let known = try await gitHub.list(of: branch, in: repository).first(where: { $0.state == .open }) {
                    return known
                }
                return try await gitHub.create(
                    in: repository, branch: branch, base: base, title: title, body: body, isDraft: input.draft == true)
            }
            return try await tell(.prCreated, of: run, in: worktree, by: actor) { $0.offer(as: request) }
        }
        await pullRequests.watch(id)
        return made
    }

    /// Finds the pull request of a run's branch: an open one, else the newest. Asked again, it looks how that stands now.
    /// - Throws: `HubError` `.pullRequestNotFound`, `.pullRequestsUnavailable`, `.pullRequestFailed`.
    package func attachPullRequest(
        of id: Run.ID, remote: String?, by principal: Principal
    ) async throws -> Committed<Run> {
        let found = try await withWorktree(of: id) { run, project in
            let place = Self.place(of: run, in: project)
            guard let branch = run.branch else {
                throw HubError.illegal("attach", "run \(id), which has no branch,", currentStatus: run.status.rawValue)
            }
            let name = if let remote { remote } else { try await git.remote(of: branch, in: place) }
            let (repository, gitHub) = (try await hosted(name, of: place), try await gitHub(for: run))
            let all = try await inTheirTerms { try await gitHub.list(of: branch, in: repository) }
            guard let request = all.first(where: { $0.state == .open }) ?? all.first else {
                throw HubError(.pullRequestNotFound, "\(repository.slug) has no pull request of \(branch)")
            }
            return request
        }
        let attached = try await settle(id, found, by: principal)
        if found.state == .open { await pullRequests.watch(id) }
        await scheduler.tidy(id)
        return attached
    }

    /// Looks after all that are open, from where an earlier hub has left them.
    func watchPullRequests() async throws {
        let open = try await journal.read { try $0.runsWithOpenPullRequest() }
        await pullRequests.start(watching: open) { [self] in try await lookAtPullRequest(of: $0) }
    }

    /// - Returns: whether it is still to be looked after.
    private func lookAtPullRequest(of id: Run.ID) async throws -> Bool {
        let found = try await journal.read { reader -> (Run, Project)? in
            // It may have gone with its card.
            guard let run = try reader.get(id) else { return nil }
            return (run, try reader.required(run.projectId))
        }
        guard let (run, project) = found else { return false }
        guard let known = run.pullRequest, known.state == .open, project.status == .ready else { return false }
        guard let repository = HostedRepository(ofPullRequest: known.url) else { return false }
        let request = try await gitHub(for: run).view(String(known.number), in: repository)
        guard request != known else { return true }
        let settled = try await settle(id, request, instead: known, by: nil)
        await scheduler.tidy(id)
        return settled.value.pullRequest?.state == .open
    }

    /// Tells what a pull request has become; one that was merged has landed its run.
    /// - Parameters:
    ///   - known: what was known when the hub began to look: whatever was told meanwhile is newer. nil: somebody has asked.
    ///   - principal: nil: the hub has looked by itself.
    private func settle(
        _ id: Run.ID, _ request: PullRequest, instead known: PullRequest? = nil, by principal: Principal?
    ) async throws -> Committed<Run> {
        let offered = availableProviders
        let settled = try await journal.change(of: id, by: principal?.actor ?? .system) { tx in
            var run = try tx.required(id)
            let (isNew, hadLanded) = (run.pullRequest == nil, run.merge.hasLanded)
            guard run.pullRequest != request, known == nil || run.pullRequest == known else { return run }
            run.offer(as: request)
            run.touch(at: tx.now)
            try tx.put(run, as: isNew ? .prCreated : .prUpdated)
            if run.merge.hasLanded, !hadLanded { try tx.finishCard(of: run, offering: offered, for: principal) }
            return run
        }
        scheduler.kick()
        return settled
    }

    private func hosted(_ remote: String, of place: String) async throws -> HostedRepository {
        let address = try await git.remoteAddress(place, of: remote)
        guard let repository = HostedRepository(address: address) else {
            throw HubError(
                .pullRequestsUnavailable, "the remote \(remote) is no repository of GitHub's: \(address)",
                members: ["remote": .string(remote)])
        }
        return repository
    }

    private func gitHub(for run: Run) async throws -> GitHub {
        let context = context
        return gitHub.showing(try await journal.read { try context.hostToken(of: run, $0) })
    }

    private func words(of run: Run, _ input: CreatePullRequest) async throws -> (title: String, body: String) {
        let card = try await journal.read { reader in try run.cardId.flatMap { try reader.get($0) } }
        let first = run.prompt.split(whereSeparator: \.isNewline).first.map(String.init) ?? run.branch ?? "\(run.id)"
        let title = input.title ?? card?.title ?? String(first.prefix(Limits.titleCharactersMax))
        return (title, input.body ?? run.summary ?? "")
    }

    private func inTheirTerms<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as PullRequestFailure {
            let words: [String: JSONValue] = ["words": .string("\(failure)")]
            switch failure {
            case .notInstalled, .notLoggedIn: throw HubError(.pullRequestsUnavailable, "\(failure)", members: words)
            case .failed, .timedOut, .unreadable:
                throw HubError(.pullRequestFailed, "\(failure)", members: words, retryAfterSeconds: 10)
            }
        }
    }
}

extension Run {
    fileprivate mutating func offer(as request: PullRequest) {
        pullRequest = request
        // What has landed here stays landed, whatever becomes of the offer.
        guard merge != .merged else { return }
        merge = restingMerge
        if let commit = request.mergeCommit { mergeCommit = commit }
    }
}
