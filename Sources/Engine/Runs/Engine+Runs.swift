import Agents
package import Journal
package import Model
import Repository

extension Engine {
    package func createRun(_ project: Project.ID, _ input: CreateRun, by actor: Actor) async throws -> Committed<Run> {
        let created = try await makeRun(project, input, for: nil, by: actor) { tx in
            let card = try input.cardId.map { try tx.card($0, in: project) }
            return (card, try input.prompt ?? card.map { try tx.prompt(for: $0) } ?? "", ())
        } then: { run, _, _ in
            run
        }
        if created.value.status == .queued { scheduler.kick() }
        return created
    }

    /// Makes a run, in one unit of work with what belongs to it.
    /// - Parameters:
    ///   - tell: says what it is told first, and which card it is of, and may refuse.
    ///   - then: makes of the run, which has its row, what the caller is answered.
    func makeRun<Subject: Sendable, Answer: Sendable>(
        _ project: Project.ID, _ input: CreateRun, for purpose: Run.Purpose?, by actor: Actor,
        tell: @escaping @Sendable (Transaction) throws -> (card: Card?, prompt: String, subject: Subject),
        then: @escaping @Sendable (Run, Subject, Transaction) throws -> Answer
    ) async throws -> Committed<Answer> {
        var (provider, options) = try await setUp(of: input, in: project)
        if purpose != nil, try catalog.program(for: provider).permissionModes.contains(RunOptions.readOnlyMode) {
            options.permissionMode = RunOptions.readOnlyMode
        }
        try requirePriority(input.priority)
        let program = try catalog.program(for: provider)
        let wrong = program.check(options)
        guard wrong.isEmpty else { throw HubError.invalid(wrong) }
        try requireAvailable(program)
        if let branch = input.targetBranch { try await requireBranch(branch, in: project) }
        try await requireIsolation(input.isolation, in: project, for: provider)
        return try await journal.change(.project(project), by: actor) {
            [provider, options, limits = settings.attachments] tx in
            let project = try tx.ready(project)
            let (card, prompt, subject) = try tell(tx)
            guard !prompt.isEmpty || provider == .command else {
                throw HubError.invalid("/prompt", "is required for a run without a card")
            }
            var run = Run(
                id: tx.make(), projectId: project.id, cardId: card?.id, provider: provider, options: options,
                prompt: prompt, targetBranch: input.targetBranch ?? project.defaultBranch, at: tx.now)
            run.priority = input.priority.flatMap { $0 == 0 ? nil : $0 }
            run.budget = input.budget.flatMap { $0.isEmpty ? nil : $0 }
            run.createdBy = actor
            run.isolation = input.isolation
            run.profile = input.profile
            run.purpose = purpose
            if let files = input.attachments {
                run.attachments = try tx.promptFiles(files, in: project.id, limits).isEmpty ? nil : files
            } else if let card, input.prompt == nil {
                run.attachments = try tx.promptFiles(of: card.id, limits)
            }
            try tx.put(run, as: .runCreated)
            if input.start == true {
                if let card { try tx.requireReady(card) }
                _ = try run.apply(.start, at: tx.now)
                try tx.put(run, as: .runQueued)
            }
            return try then(run, subject, tx)
        }
    }

    package func startRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        let started = try await change(id, by: actor, verb: "start") { run, tx in
            _ = try tx.ready(run.projectId)
            if let id = run.cardId, let card = try tx.get(id) { try tx.requireReady(card) }
            _ = try run.apply(.start, at: tx.now)
            try tx.put(run, as: .runQueued)
        }
        scheduler.kick()
        return started
    }

    /// Tries the last turn again, in the same worktree and session: its agent is told what it was told then.
    package func retryTurn(of id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        let retried = try await change(id, by: actor, verb: "retry") { run, tx in
            _ = try tx.open(run.projectId)
            guard run.status.isSettled, run.status != .completed else {
                throw HubError.illegal("retry", "run \(id)", currentStatus: run.status.rawValue)
            }
            let process = try tx.agentProcess(of: id)
            _ = try run.apply(.followUp, at: tx.now)
            (run.nextPrompt, run.nextAttachments) = (process?.prompt, process?.attachments)
            try tx.put(run, as: .runRetried)
        }
        scheduler.kick()
        return retried
    }

    /// Tries again from the beginning: a new branch, a new session of the provider.
    package func retryRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        try await requireRetriable(id)
        // The attempt before leaves its work on its branch, once its process has ended; the new one has another branch and worktree.
        guard await scheduler.hold(id) else {
            let run = try await journal.read { try $0.required(id) }
            throw HubError(
                .illegalTransition,
                "retry is not possible: run \(id) has a process, or another verb is at its worktree",
                members: ["currentStatus": .string(run.status.rawValue)], retryAfterSeconds: 1)
        }
        await scheduler.putAway(id)
        do {
            let retried = try await change(id, by: actor, verb: "retry") { run, tx in
                _ = try tx.open(run.projectId)
                _ = try run.apply(.retry, at: tx.now)
                (run.branch, run.worktreePath, run.nextPrompt, run.nextAttachments) = (nil, nil, nil, nil)
                run.forgetSession()
                run.forgetWork()
                try tx.put(run, as: .runRetried)
            }
            await scheduler.release(id)
            return retried
        } catch {
            await scheduler.release(id)
            throw error
        }
    }

    /// Ends it for good: its processes are killed, its work stays on its branch.
    package func cancelRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        try await end(id, by: actor, verb: "cancel", event: .cancel, type: .runCancelled)
    }

    /// Kills its processes and leaves it paused; a follow-up goes on with it.
    package func stopRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        try await end(id, by: actor, verb: "stop", event: .stop(.user), type: .runStopped)
    }

    /// Has its agent stand still where it is; one that has not begun leaves the queue. `resumeRun` goes on.
    package func pauseRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        let paused = try await change(id, by: actor, verb: "pause") { run, tx in
            _ = try run.apply(.pause(.user), at: tx.now)
            try tx.put(run, as: .runPaused)
        }
        await scheduler.poke(id)
        scheduler.kick()
        return paused
    }

    /// Goes on with a paused run, or now with one that waits for its time. Whose agent is gone comes to the queue again.
    package func resumeRun(_ id: Run.ID, by actor: Actor) async throws -> Committed<Run> {
        let resumed = try await change(id, by: actor, verb: "resume") { run, tx in
            _ = try tx.open(run.projectId)
            let effects = try run.apply(.resume, at: tx.now)
            try tx.requireBudget(of: run)
            if effects.contains(.enqueue), run.nextPrompt == nil {
                run.goOn(after: try tx.agentProcess(of: id))
            }
            try tx.put(run, as: run.status == .queued ? .runQueued : .runResumed)
        }
        await scheduler.poke(id)
        scheduler.kick()
        return resumed
    }

    /// Tells the agent something: at once while it works, else as a further turn in the same worktree.
    package func sendMessage(_ id: Run.ID, _ input: SendMessage, by actor: Actor) async throws -> Committed<Run> {
        guard !input.text.isEmpty else { throw HubError.invalid("/text", "must not be empty") }
        let files = try await promptFiles(input.attachments ?? [], of: id)
        let told = try await change(id, by: actor, verb: "message") { [catalog, settings] run, tx in
            _ = try tx.open(run.projectId)
            try tx.tell(input.text, files, to: &run, catalog: catalog, settings: settings)
        }
        await scheduler.poke(id)
        scheduler.kick()
        return told
    }

    /// Nothing may be cleaned up for a retry that will be refused.
    private func requireRetriable(_ id: Run.ID) async throws {
        var run = try await journal.read { try $0.required(id) }
        do {
            _ = try run.apply(.retry, at: run.updatedAt)
        } catch {
            throw HubError.illegal("retry", "run \(id)", currentStatus: error.from.rawValue)
        }
    }

    /// One verb on a run: reads it, lets `body` change and put it, and turns an illegal transition into a 409.
    func change(
        _ id: Run.ID, by actor: Actor, verb: String, _ body: @escaping @Sendable (inout Run, Transaction) throws -> Void
    ) async throws -> Committed<Run> {
        try await journal.change(of: id, by: actor) { tx in
            var run = try tx.required(id)
            do {
                try body(&run, tx)
            } catch let error as Run.IllegalTransition {
                throw HubError.illegal(verb, "run \(id)", currentStatus: error.from.rawValue)
            }
            return run
        }
    }

    /// The change is stored before anything is killed: a crash in between leaves a settled run whose process the next
    /// start ends, never a dead process that still reads as running.
    private func end(_ id: Run.ID, by actor: Actor, verb: String, event: Run.Event, type: EventType) async throws
        -> Committed<Run>
    {
        let ended = try await change(id, by: actor, verb: verb) { [catalog, settings] run, tx in
            try tx.end(&run, event, as: type, catalog: catalog, settings: settings)
        }
        await scheduler.poke(id)
        await scheduler.tidy(id)
        scheduler.kick()
        return ended
    }

    func requireAvailable(_ program: any AgentProgram) throws {
        guard let executable = program.executable else { return }
        guard catalog.locate(executable, environment: settings.environment) != nil else {
            let provider = program.provider.rawValue
            throw HubError(
                .providerUnavailable, "\(provider): \(executable) is not installed (see `roost doctor`)",
                members: ["provider": .string(provider)])
        }
    }

    func requirePriority(_ priority: Int?) throws {
        let most = settings.limits.priorityMax
        guard let priority, abs(priority) > most else { return }
        throw HubError.limit("priorityMax", most, "a priority of \(priority) is too far from 0")
    }

    /// What the project allows and this machine can do.
    func requireIsolation(_ isolation: Isolation?, in project: Project.ID, for provider: Provider) async throws {
        guard let isolation else { return }
        if provider == .bot, isolation.kind == .sandbox || isolation.kind == .docker {
            throw HubError.invalid("/isolation/kind", "a bot is where it is: the hub cannot keep it apart")
        }
        let policy = try await journal.read { try $0.policy(of: $0.required(project)) }
        try await IsolationPrograms(catalog: catalog, environment: settings.environment).check(
            isolation, policy: policy)
    }

    func requireBranch(_ branch: String, in project: Project.ID) async throws {
        let path = try await journal.read { try $0.open(project).path }
        guard try await git.branchExists(path, branch: branch) else {
            throw HubError.invalid("/targetBranch", "the repository has no branch \(branch)")
        }
    }
}

extension Transaction {
    /// Tells an agent something: at once while it works, else as a further turn.
    /// - Throws: `HubError`; `Run.IllegalTransition` for a run that nobody can be told of.
    func tell(
        _ text: String, _ files: [TurnFile] = [], to run: inout Run, catalog: AgentCatalog, settings: EngineSettings
    ) throws {
        let ids = files.map(\.given.id)
        if run.holdsPlace {
            let process = try agentProcess(of: run.id)
            if process?.status == .queued {
                // Its agent has not been started: it is told both.
                return try remember(text, ids, behindFirst: &run, settings.attachments)
            }
            guard let process, try catalog.program(for: run.provider).abilities.messages,
                var turn = try Turn(process.id, in: self, catalog: catalog, settings: settings), !turn.isOver
            else {
                // It has said its last word, or hears only its first: the message opens the next turn.
                return try remember(text, ids, after: run.nextPrompt, for: &run, settings.attachments)
            }
            try turn.say(text, files)
            try turn.store()
            run = turn.run
        } else if run.status == .queued {
            try remember(text, ids, behindFirst: &run, settings.attachments)
        } else {
            _ = try run.apply(.followUp, at: now)
            run.repeatUnheard(of: try agentProcess(of: run.id))
            try keep(text, ids, after: run.nextPrompt, for: &run, settings.attachments)
            try put(run, as: .runQueued)
        }
    }

    func card(_ id: Card.ID, in project: Project.ID) throws -> Card {
        let card = try required(id)
        guard card.projectId == project else { throw HubError.invalid("/cardId", "is a card of another project") }
        return card
    }

    /// What a column says to an agent, for this card.
    func prompt(of column: BoardColumn, for card: Card) -> String? {
        card.pipeline?.first { $0.columnId == column.id }?.prompt ?? column.prompt
    }

    /// What an agent is told to do about a card: what the column says, then the card's title and words.
    func prompt(for card: Card) throws -> String {
        let column = try required(card.columnId)
        return [prompt(of: column, for: card), card.title, card.prompt].compactMap(\.self).filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    /// Ends a run, and has its agent told by its own protocol.
    func end(
        _ run: inout Run, _ event: Run.Event, as type: EventType, severity: Severity = .info, catalog: AgentCatalog,
        settings: EngineSettings
    ) throws {
        let effects = try run.apply(event, at: now)
        if effects.contains(.cancelApprovals) { try cancelApprovals(of: run.id) }
        if run.status == .cancelled { (run.nextPrompt, run.nextAttachments) = (nil, nil) }
        try put(run, as: type, severity: severity)
        if run.status == .cancelled {
            try keepDraft(of: run.id)
            try reopenCard(of: run)
        }
        if effects.contains(.terminate), let process = try agentProcess(of: run.id),
            var turn = try Turn(process.id, in: self, catalog: catalog, settings: settings)
        {
            try turn.interrupt()
            try closeInput(of: process.id)
            try turn.store()
        }
    }

    /// Keeps a message for a turn that has not begun, behind what it is told already.
    private func remember(
        _ text: String, _ files: [Attachment.ID], behindFirst run: inout Run, _ limits: AttachmentLimits
    ) throws {
        if run.nextPrompt == nil { run.nextAttachments = run.attachments }
        try remember(text, files, after: run.nextPrompt ?? run.prompt, for: &run, limits)
    }

    /// Keeps a message for the turn that comes next, behind what that turn is told already.
    func remember(
        _ text: String, _ files: [Attachment.ID] = [], after told: String?, for run: inout Run,
        _ limits: AttachmentLimits = AttachmentLimits()
    ) throws {
        try keep(text, files, after: told, for: &run, limits)
        run.touch(at: now)
        try put(run, as: .runUpdated)
    }

    func keep(
        _ text: String, _ files: [Attachment.ID] = [], after told: String?, for run: inout Run,
        _ limits: AttachmentLimits = AttachmentLimits()
    ) throws {
        let given = (run.nextAttachments ?? []) + files.filter { run.nextAttachments?.contains($0) != true }
        guard files.isEmpty || given.count <= limits.attachmentsPerPromptMax else {
            throw Self.tooManyFiles(limits)
        }
        let prompt = [told, text].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n\n")
        guard prompt.utf8.count <= Limits.promptBytesMax else {
            throw HubError.limit(
                "promptBytesMax", Limits.promptBytesMax, "too much waits to be told to run \(run.id)")
        }
        run.nextPrompt = prompt
        run.nextAttachments = given.isEmpty ? nil : given
    }

    func cancelApprovals(of run: Run.ID) throws {
        for var approval in try approvals(run: run, status: .pending) {
            try approval.cancel(at: now)
            try put(approval, as: .approvalResolved)
        }
    }

    /// A card whose run was called off is to be done again.
    func reopenCard(of run: Run) throws {
        guard let id = run.cardId, var card = try get(id), card.status == .inprogress,
            try runs(of: run.projectId, card: id, statuses: [.queued, .running, .waiting, .paused], limit: 1).isEmpty
        else { return }
        card.status = .todo
        card.touch(at: now)
        try put(card, as: .cardUpdated)
    }
}
