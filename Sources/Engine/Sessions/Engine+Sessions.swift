import Agents
package import Journal
package import Model

// Conversations with agents that change nothing. Each has a run of its own, so that queue, limits, budgets, approvals and what
// outlives the hub are those of runs.
extension Engine {
    /// Begins a conversation.
    /// - Throws: `HubError` `.illegalTransition` (with `sessionId`) where one like it is open.
    package func createSession(
        _ project: Project.ID, _ input: CreateSession, by actor: Actor
    ) async throws -> Committed<Session> {
        switch input.kind {
        case .plan:
            guard input.cardId != nil else { throw HubError.invalid("/cardId", "is missing: a plan is a card's") }
        case .assistant:
            guard input.cardId == nil else { throw HubError.invalid("/cardId", "belongs to a plan") }
            guard input.text != nil else { throw HubError.invalid("/text", "is missing") }
        }
        let asked = CreateRun(
            provider: input.provider, profile: input.profile, options: input.options, start: true, budget: input.budget)
        let created = try await makeRun(project, asked, for: input.kind.purpose, by: actor) { tx in
            let project = try tx.open(project)
            let card = try input.cardId.map { try tx.card($0, in: project.id) }
            let filter = SessionFilter(kind: input.kind, status: .open, card: card?.id)
            if let other = try tx.sessions(of: project.id, filter, limit: 1).first {
                throw HubError(
                    .illegalTransition, "session \(other.id) is open already",
                    members: ["currentStatus": .string(other.status.rawValue), "sessionId": .string(other.id.rawValue)])
            }
            let prompt =
                if let card {
                    SessionPrompt.plan(title: card.title, task: card.prompt, asked: input.text)
                } else {
                    SessionPrompt.assistant(of: project, asked: input.text ?? "")
                }
            return (nil, prompt, card)
        } then: { run, card, tx in
            let session = Session(id: tx.make(), of: run, about: card, by: actor, at: tx.now)
            try tx.put(session, as: .sessionCreated)
            return session
        }
        scheduler.kick()
        return created
    }

    /// Says something: at once while the agent answers, else as a further turn.
    package func sendMessage(_ id: Session.ID, _ text: String, by actor: Actor) async throws -> Committed<Session> {
        let told = try await change(id, by: actor, verb: "message") { [catalog, settings] session, run, tx in
            guard session.status == .open else { throw HubError.closed("message", session) }
            _ = try tx.open(session.projectId)
            try tx.tell(text, to: &run, catalog: catalog, settings: settings)
            session.touch(at: tx.now)
            try tx.put(session, as: .sessionUpdated)
        }
        await scheduler.poke(told.value.runId)
        scheduler.kick()
        return told
    }

    /// Gives the refined task to the card, and ends the conversation.
    /// - Throws: `HubError` `.versionStale` when the card has changed since; `.illegalTransition` while the agent answers.
    package func acceptSession(
        _ id: Session.ID, _ input: AcceptSession, by principal: Principal
    ) async throws -> Committed<Session> {
        let accepted = try await change(id, by: principal.actor, verb: "accept") {
            [catalog, settings] session, run, tx in
            _ = try tx.open(session.projectId)
            guard session.status == .open else { throw HubError.closed("accept", session) }
            guard let cardId = session.cardId else {
                throw HubError.illegal("accept", "session \(id)", currentStatus: "a project's assistant")
            }
            guard run.status.isSettled || run.status == .paused else {
                throw HubError.illegal("accept", "run \(run.id)", currentStatus: run.status.rawValue)
            }
            guard let prompt = input.prompt ?? session.proposal else {
                throw HubError.invalid("/prompt", "is missing, and the agent has put none")
            }
            guard prompt.utf8.count <= Limits.promptBytesMax else {
                throw HubError.limit("promptBytesMax", Limits.promptBytesMax, "the refined task is too long")
            }
            var card = try tx.required(cardId)
            try requireVersion(input.cardVersion ?? session.cardVersion, card.version, of: "card \(cardId)")
            card.prompt = prompt
            card.parked = try tx.required(card.columnId).parking(by: principal) ?? card.parked
            card.touch(at: tx.now)
            try tx.put(card, as: .cardUpdated)
            session.proposal = prompt
            _ = session.close(as: .accepted, at: tx.now)
            try tx.put(session, as: .sessionAccepted)
            if !run.status.isSettled {
                try tx.end(&run, .cancel, as: .runCancelled, catalog: catalog, settings: settings)
            }
        }
        await settle(accepted.value.runId)
        return accepted
    }

    /// Ends a conversation; what was said stays to be read.
    package func cancelSession(_ id: Session.ID, by actor: Actor) async throws -> Committed<Session> {
        let cancelled = try await change(id, by: actor, verb: "cancel") { [catalog, settings] session, run, tx in
            guard session.close(as: .cancelled, at: tx.now) else { throw HubError.closed("cancel", session) }
            try tx.put(session, as: .sessionCancelled)
            if !run.status.isSettled {
                try tx.end(&run, .cancel, as: .runCancelled, catalog: catalog, settings: settings)
            }
        }
        await settle(cancelled.value.runId)
        return cancelled
    }

    private func settle(_ run: Run.ID) async {
        await scheduler.poke(run)
        await scheduler.tidy(run)
        scheduler.kick()
    }

    private func change(
        _ id: Session.ID, by actor: Actor, verb: String,
        _ body: @escaping @Sendable (inout Session, inout Run, Transaction) throws -> Void
    ) async throws -> Committed<Session> {
        try await journal.change(of: id, by: actor) { tx in
            var session = try tx.required(id)
            var run = try tx.required(session.runId)
            do {
                try body(&session, &run, tx)
            } catch let error as Run.IllegalTransition {
                throw HubError.illegal(verb, "run \(run.id)", currentStatus: error.from.rawValue)
            }
            return session
        }
    }
}

extension HubError {
    fileprivate static func closed(_ verb: String, _ session: Session) -> HubError {
        illegal(verb, "session \(session.id)", currentStatus: session.status.rawValue)
    }
}

extension Transaction {
    /// Takes over what an agent proposes at the end of its turn.
    func noteProposal(of run: Run) throws {
        guard run.purpose == .plan, let message = try lastWords(of: run.id),
            let proposal = SessionPrompt.proposal(in: message), proposal.utf8.count <= Limits.promptBytesMax
        else { return }
        for var session in try sessions(of: run.id) where session.status == .open && session.proposal != proposal {
            session.proposal = proposal
            session.touch(at: now)
            try put(session, as: .sessionUpdated)
        }
    }
}
