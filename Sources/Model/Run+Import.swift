extension Run {
    /// A run of another hub, or of another project, becomes one of this one: there is nothing of it on this machine but what
    /// its repository has, and nobody's rights come along.
    ///
    /// - Parameter importer: whose it is here; nil of a run from before this was written down stays nil.
    package mutating func settle(importedBy importer: Actor, at now: Timestamp) {
        if !status.isSettled, status != .draft {
            interruptedReason = "it was \(status.rawValue) on the hub that it was exported from"
            (status, endedAt, updatedAt) = (.interrupted, now, now)
        }
        (waitingFor, waitingUntil, pause, queue, runningSince, stalledSince) = (nil, nil, nil, nil, nil, nil)
        (worktreePath, setUpPath, nextPrompt, nextAttachments) = (nil, nil, nil, nil)
        (sessionId, sessionCostUsd) = (nil, nil)
        if createdBy != nil { createdBy = importer }
        // What it is allowed is for those to say who have it now.
        approvesAll = nil
    }
}

extension Run {
    /// A conversation that was held without this hub, and is over. Its agent can go on with it by the provider's own name of it.
    package init(
        importing session: String, of provider: Provider, id: ID, into project: Project, card: Card.ID?,
        prompt: String,
        from begin: Timestamp?, to end: Timestamp, at now: Timestamp
    ) {
        self.init(
            id: id, projectId: project.id, cardId: card, provider: provider, prompt: prompt,
            targetBranch: project.defaultBranch, at: now)
        (kind, status, sessionId) = (.imported, .completed, session)
        (startedAt, endedAt) = (begin, end)
    }
}
