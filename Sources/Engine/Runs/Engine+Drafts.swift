package import Journal
package import Model

// What is written to a run and not sent. A queued follow-up is sent in the unit of work in which its turn ends, and goes in the
// same: whatever dies, it is sent once.
extension Engine {
    /// Writes a draft, or goes on with it. One that was queued is not sent any more: somebody is still writing.
    /// - Throws: `HubError` `.versionStale`, also for one that was sent or deleted meanwhile.
    package func saveDraft(of id: Run.ID, _ input: SaveDraft, by actor: Actor) async throws -> Committed<Draft> {
        let type = input.type ?? .followUp
        guard type == .retry || input.processId == nil && input.resetGit == nil else {
            throw HubError.invalid("/processId", "is for drafts of type retry")
        }
        return try await journal.change(of: id, by: actor) { tx in
            let run = try tx.required(id)
            _ = try tx.open(run.projectId)
            if let process = input.processId { try tx.requireRetriable(process, of: id) }
            guard var draft = try tx.draft(of: id, type) else {
                if input.version != nil { throw staleDraft(of: id) }
                guard type == .followUp || input.processId != nil else {
                    throw HubError.invalid("/processId", "is missing: a retry begins before a process")
                }
                var draft = Draft(
                    id: tx.make(), of: run, type: type, text: input.text,
                    version: Int(try tx.position(of: .project(run.projectId)).seq) + 1, by: actor, at: tx.now)
                (draft.processId, draft.resetGit) = (input.processId, input.resetGit)
                try tx.put(draft, as: .draftUpdated)
                return draft
            }
            try requireVersion(input.version, draft.version, of: "draft \(draft.id)")
            draft.text = input.text
            draft.processId = input.processId ?? draft.processId
            draft.resetGit = input.resetGit ?? draft.resetGit
            draft.queued = false
            draft.touch(by: actor, at: tx.now)
            try tx.put(draft, as: .draftUpdated)
            return draft
        }
    }

    package func deleteDraft(
        of id: Run.ID, _ type: Draft.Purpose, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Draft> {
        try await journal.change(of: id, by: actor) { tx in
            let draft = try tx.requiredDraft(of: id, type)
            try requireVersion(version, draft.version, of: "draft \(draft.id)")
            try tx.delete(draft, as: .draftDeleted)
            return draft
        }
    }

    /// Has a draft sent: a follow-up when the turn ends that is at work or to come, at once where there is none; a retry at once.
    /// - Returns: as it now is, or was when it was sent.
    /// - Throws: `HubError` `.illegalTransition` for a retry while the run has a process.
    package func queueDraft(
        of id: Run.ID, _ type: Draft.Purpose, version: Int? = nil, by actor: Actor
    ) async throws -> Committed<Draft> {
        switch type {
        case .followUp: return try await queueFollowUp(to: id, version, by: actor)
        case .retry:
            let draft = try await journal.read { try $0.requiredDraft(of: id, .retry) }
            try requireVersion(version, draft.version, of: "draft \(draft.id)")
            guard !draft.text.isEmpty, let process = draft.processId else {
                throw HubError.invalid("/type", "the draft says nothing")
            }
            let replace = ReplaceRun(processId: process, text: draft.text, resetGit: draft.resetGit)
            let replaced = try await replaceRun(id, replace, sending: draft, by: actor)
            var sent = draft
            sent.sentAt = replaced.value.updatedAt
            return Committed(value: sent, position: replaced.position)
        }
    }

    private func queueFollowUp(
        to id: Run.ID, _ version: Int?, by actor: Actor
    ) async throws -> Committed<Draft> {
        let queued = try await journal.change(of: id, by: actor) { [catalog, settings] tx in
            var run = try tx.required(id)
            _ = try tx.open(run.projectId)
            var draft = try tx.requiredDraft(of: id, .followUp)
            try requireVersion(version, draft.version, of: "draft \(draft.id)")
            guard !draft.text.isEmpty else { throw HubError.invalid("/type", "the draft says nothing") }
            guard run.hasTurnToCome else {
                do {
                    try tx.tell(draft.text, to: &run, catalog: catalog, settings: settings)
                } catch let error as Run.IllegalTransition {
                    throw HubError.illegal("message", "run \(id)", currentStatus: error.from.rawValue)
                }
                return try tx.send(draft)
            }
            draft.queued = true
            draft.touch(by: actor, at: tx.now)
            try tx.put(draft, as: .draftQueued)
            return draft
        }
        scheduler.kick()
        return queued
    }
}

extension Run {
    /// Whether a process of it will end that it has or waits for; a paused one without a process waits for a person.
    var hasTurnToCome: Bool { holdsPlace || status == .queued || status == .waiting }
}

extension Reader {
    /// - Throws: `HubError` `.draftNotFound`.
    package func requiredDraft(of run: Run.ID, _ type: Draft.Purpose) throws -> Draft {
        guard let draft = try draft(of: required(run).id, type) else {
            throw HubError(.draftNotFound, "run \(run) has no draft of type \(type.rawValue)")
        }
        return draft
    }

    func requireRetriable(_ process: ChildProcess.ID, of run: Run.ID) throws {
        let process = try required(process)
        guard process.runId == run, process.reason == .codingagent, process.droppedAt == nil else {
            throw HubError.invalid("/processId", "is no agent's process of this run that still counts")
        }
    }
}

extension Transaction {
    /// It is told of once more, as it was sent, and is gone.
    @discardableResult
    func send(_ draft: Draft) throws -> Draft {
        var draft = draft
        (draft.queued, draft.sentAt) = (false, now)
        draft.touch(at: now)
        try put(draft, as: .draftSent)
        try delete(draft, as: .draftDeleted)
        return draft
    }

    /// Gives the queued follow-up of a run whose turn has ended to the next one. What does not fit beside what that is told
    /// already waits for its end.
    func sendQueuedDraft(to run: inout Run) throws {
        guard let draft = try draft(of: run.id, .followUp), draft.queued,
            (run.nextPrompt?.utf8.count ?? 0) + draft.text.utf8.count + 2 <= Limits.promptBytesMax
        else { return }
        try keep(draft.text, after: run.nextPrompt, for: &run)
        try send(draft)
    }

    /// What was to be sent to a run that is called off stays to be read.
    func keepDraft(of run: Run.ID) throws {
        guard var draft = try draft(of: run, .followUp), draft.queued else { return }
        draft.queued = false
        draft.touch(at: now)
        try put(draft, as: .draftUpdated)
    }
}

private func staleDraft(of run: Run.ID) -> HubError {
    HubError(.versionStale, "the draft of run \(run) was sent or deleted meanwhile")
}
