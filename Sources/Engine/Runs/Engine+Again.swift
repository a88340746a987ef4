import Agents
package import Journal
package import Model
import Repository

// The ways to go on with a run, or to do it over, that are more than another message.
extension Engine {
    /// Does a run over as another one: the same card, words, agent and options, from the beginning. The old one stays as it is.
    package func relaunchRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        let old = try await journal.read { try $0.required(id) }
        try requireAvailable(try catalog.program(for: old.provider))
        try await requireIsolation(old.isolation, in: old.projectId, for: old.provider)
        let launched = try await journal.change(of: id, by: actor) { tx in
            let old = try tx.required(id)
            _ = try tx.open(old.projectId)
            var run = Run(
                id: tx.make(), projectId: old.projectId, cardId: old.cardId, provider: old.provider,
                options: old.options, prompt: old.prompt, targetBranch: old.targetBranch, at: tx.now)
            (run.relaunchOf, run.priority, run.budget) = (id, old.priority, old.budget)
            (run.createdBy, run.isolation, run.purpose) = (actor, old.isolation, old.purpose)
            (run.attachments, run.profile) = (old.attachments, old.profile)
            try tx.put(run, as: .runCreated)
            _ = try run.apply(.start, at: tx.now)
            try tx.put(run, as: .runQueued)
            return run
        }
        scheduler.kick()
        return launched
    }

    /// Goes on with a run that has no process, in the same worktree, by a new session: of the same agent or another. It is told
    /// what was asked, said and done before.
    package func relayRun(_ id: Run.ID, _ input: RelayRun, by actor: Actor) async throws -> Committed<Run> {
        let run = try await journal.read { try $0.required(id) }
        let provider = input.provider ?? run.provider
        let options = input.options ?? (provider == run.provider ? run.options : RunOptions())
        let program = try catalog.program(for: provider)
        let wrong = program.check(options)
        guard wrong.isEmpty else { throw HubError.invalid(wrong) }
        try requireAvailable(program)
        try await requireIsolation(run.isolation, in: run.projectId, for: provider)
        let relayed = try await change(id, by: actor, verb: "relay") { [settings] run, tx in
            _ = try tx.open(run.projectId)
            _ = try run.apply(.followUp, at: tx.now)
            let handOver = try HandOver(of: run, in: tx, bytesMax: settings.limits.handOverBytesMax).text
            run.hand(to: provider, with: options)
            run.forgetSession()
            (run.nextPrompt, run.nextAttachments) = (nil, nil)
            try tx.keep(input.text ?? Run.goOn, after: handOver, for: &run)
            try tx.put(run, as: .runQueued)
        }
        scheduler.kick()
        return relayed
    }

    /// Rewinds a run to before one of its processes, and goes on from there with other words, in a new session that is told
    /// what came before. What was said since stays to be read, its processes marked as dropped.
    ///
    /// The worktree is set back only when asked; what it held is on a ref of its own then.
    /// - Parameter draft: what says so; it goes in the same unit of work.
    package func replaceRun(
        _ id: Run.ID, _ input: ReplaceRun, sending draft: Draft? = nil, by actor: Actor
    ) async throws -> Committed<Run> {
        guard await scheduler.hold(id) else {
            let run = try await journal.read { try $0.required(id) }
            throw HubError.illegal(
                "replace", "run \(id), which has a process,", currentStatus: run.status.rawValue)
        }
        let replaced: Committed<Run>
        do {
            replaced = try await rewind(id, input, sending: draft, by: actor)
        } catch {
            await scheduler.release(id)
            throw error
        }
        await scheduler.release(id)
        return replaced
    }

    private func rewind(
        _ id: Run.ID, _ input: ReplaceRun, sending draft: Draft?, by actor: Actor
    ) async throws -> Committed<Run> {
        let (run, process) = try await journal.read { reader in
            var run = try reader.required(id)
            try reader.requireRetriable(input.processId, of: id)
            let process = try reader.required(input.processId)
            do { _ = try run.apply(.followUp, at: run.updatedAt) } catch {
                throw HubError.illegal("replace", "run \(id)", currentStatus: run.status.rawValue)
            }
            // Before the worktree is set back for it.
            if let draft {
                try requireVersion(draft.version, reader.requiredDraft(of: id, .retry).version, of: "draft \(draft.id)")
            }
            return (try reader.required(id), process)
        }
        var head: String?
        if input.resetGit == true {
            guard let worktree = run.worktreePath, FolderOnDisk(worktree).exists, let commit = process.beforeCommit
            else {
                throw HubError.illegal(
                    "resetGit", "run \(id), which has no worktree,", currentStatus: run.status.rawValue)
            }
            try await inHubTerms {
                try await requireQuiet(worktree)
                _ = try await git.rewind(worktree, to: commit, message: CommitMessage.make(for: run))
            }
            head = commit
        }
        return try await change(id, by: actor, verb: "replace") { [head, settings] run, tx in
            _ = try tx.open(run.projectId)
            _ = try run.apply(.followUp, at: tx.now)
            for var dropped in try tx.processes(of: id)
            where dropped.id >= input.processId && dropped.droppedAt == nil && dropped.reason == .codingagent {
                (dropped.droppedAt, dropped.updatedAt) = (tx.now, tx.now)
                try tx.put(dropped, as: .processUpdated)
            }
            run.forgetSession()
            (run.nextPrompt, run.nextAttachments) = (nil, nil)
            if let head { run.headCommit = head }
            let before = try tx.processes(of: id).contains { $0.reason == .codingagent && $0.droppedAt == nil }
            let bytesMax = settings.limits.handOverBytesMax
            let handOver = before ? try HandOver(of: run, in: tx, bytesMax: bytesMax).text : nil
            try tx.keep(input.text, after: handOver, for: &run)
            try tx.put(run, as: .runQueued)
            if let draft {
                // What somebody else has written to it meanwhile is not lost, nor sent unseen.
                try requireVersion(draft.version, tx.requiredDraft(of: id, .retry).version, of: "draft \(draft.id)")
                try tx.send(draft)
            }
        }
    }
}
