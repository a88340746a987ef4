package import Journal
package import Model

extension Engine {
    /// Answers an agent's question. The first answer wins; a later one gets 409 with the first.
    package func answerApproval(_ id: Approval.ID, _ input: AnswerApproval, by actor: Actor) async throws -> Committed<
        Approval
    > {
        let answered = try await journal.change(of: id, by: actor) {
            [catalog, settings] tx in
            var approval = try tx.required(id)
            do {
                try approval.decide(input.value, by: actor, at: tx.now)
            } catch {
                throw HubError.answered(approval)
            }
            try tx.put(approval, as: .approvalResolved)
            if var turn = try Turn(approval.processId, in: tx, catalog: catalog, settings: settings) {
                try turn.answer(approval, with: input.value)
                try turn.store()
            }
            return approval
        }
        await scheduler.poke(answered.value.runId)
        return answered
    }

    /// Answers the oldest open question of a run: for a bot or a command line that follows one run.
    package func approveRun(_ id: Run.ID, _ input: AnswerApproval, by actor: Actor) async throws -> Committed<Approval>
    {
        let open = try await journal.read { reader in
            let run = try reader.required(id)
            guard let approval = try reader.approvals(run: id, status: .pending).first else {
                throw HubError.illegal("approve", "run \(id), which asks nothing,", currentStatus: run.status.rawValue)
            }
            return approval
        }
        return try await answerApproval(open.id, input, by: actor)
    }
}

extension HubError {
    /// The loser of two answers is told who won.
    static func answered(_ approval: Approval) -> HubError {
        var members: [String: JSONValue] = ["currentStatus": .string(approval.status.rawValue)]
        if let decision = approval.decision { members["decision"] = .string(decision.decision.rawValue) }
        if let actor = approval.decidedBy {
            members["decidedBy"] = .string(actor.name ?? actor.id ?? actor.type.rawValue)
        }
        return HubError(.alreadyResolved, "approval \(approval.id) is \(approval.status.rawValue)", members: members)
    }
}
