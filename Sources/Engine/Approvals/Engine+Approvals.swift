import Agents
package import Journal
package import Model

extension Engine {
    /// Answers an agent's question. The first answer wins; a later one gets 409 with the first.
    ///
    /// A decision may reach further (`scope`): a rule of the project's policy, or all else that the run asks. Other
    /// questions that are decided by that are answered with it.
    /// - Throws: `HubError` `.alreadyResolved`, `.deniedByPolicy`, `.validationFailed`, `.limitExceeded`.
    package func answerApproval(_ id: Approval.ID, _ input: AnswerApproval, by actor: Actor) async throws -> Committed<
        Approval
    > {
        let answered = try await journal.change(of: id, by: actor) { [catalog, settings] tx in
            let open = try tx.required(id)
            guard open.status == .pending else { throw HubError.answered(open) }
            try tx.check(input, for: open)
            let approval = try tx.resolve(
                open, input.value, by: actor, rule: nil, catalog: catalog, settings: settings)
            let others = try tx.extend(approval, catalog: catalog, settings: settings)
            return (approval, others.union([approval.runId]))
        }
        for run in answered.value.1 { await scheduler.poke(run) }
        return Committed(value: answered.value.0, position: answered.position)
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

extension Transaction {
    /// What makes an answer impossible, whoever gives it.
    fileprivate func check(_ input: AnswerApproval, for approval: Approval) throws {
        let known = Set((approval.questions ?? []).map(\.question))
        if !known.isEmpty, let other = input.answers?.keys.sorted().first(where: { !known.contains($0) }) {
            throw HubError.invalid("/answers", "has an answer to \"\(other)\", which was not asked")
        }
        switch input.decision {
        case .deny:
            if input.scope == .all {
                throw HubError.invalid("/scope", "`all` goes with an approval; to end a run, stop or cancel it")
            }
        case .revise:
            guard approval.type == .plan else {
                throw HubError.invalid("/decision", "`revise` is for a plan; this is a \(approval.type.rawValue)")
            }
            guard input.reason?.isEmpty == false else {
                throw HubError.invalid("/reason", "must say what is to be different")
            }
            guard input.scope != .all, input.scope != .always else {
                throw HubError.invalid("/scope", "a revision is for this plan alone")
            }
        case .approve:
            let policy = try policy(of: required(approval.projectId))
            let subject = PolicySubject(approval, edited: input.edited)
            guard let rule = policy.denial(of: subject) else { break }
            throw HubError(
                .deniedByPolicy, "the project's policy denies it, whoever allows it (\(rule))",
                members: ["rule": .string(rule)])
        }
    }

    /// Writes a decision down and passes it on to the agent.
    @discardableResult
    func resolve(
        _ approval: Approval, _ decision: Approval.Decision, by actor: Actor, rule: String?, catalog: AgentCatalog,
        settings: EngineSettings
    ) throws -> Approval {
        var approval = approval
        do {
            try approval.decide(decision, by: actor, rule: rule, at: now)
        } catch {
            throw HubError.answered(approval)
        }
        try put(approval, as: .approvalResolved)
        if var turn = try Turn(approval.processId, in: self, catalog: catalog, settings: settings) {
            try turn.answer(approval, with: decision)
            try turn.store()
        }
        return approval
    }

    /// What a decision says about other questions.
    /// - Returns: the runs that have an answer to hand over.
    fileprivate func extend(
        _ approval: Approval, catalog: AgentCatalog, settings: EngineSettings
    ) throws -> Set<Run.ID> {
        switch approval.decision?.scope {
        case nil, .once: return []
        case .always: try addRule(for: approval)
        case .all:
            var run = try required(approval.runId)
            run.approvesAll = true
            run.touch(at: now)
            try put(run, as: .runUpdated)
        }
        return try applyRules(of: approval.projectId, catalog: catalog, settings: settings)
    }

    private func addRule(for approval: Approval) throws {
        guard approval.type != .plan, approval.type != .question else {
            throw HubError.invalid("/scope", "`always` is not for a \(approval.type.rawValue): the next one is another")
        }
        let rule = PolicySubject(approval, edited: approval.decision?.edited).rule
        guard rule.count <= Limits.titleCharactersMax, !rule.contains(where: \.isNewline) else {
            throw HubError(
                .limitExceeded,
                "a rule is one line of at most \(Limits.titleCharactersMax) characters (titleCharactersMax)",
                members: ["limit": "titleCharactersMax", "max": .integer(Int64(Limits.titleCharactersMax))])
        }
        var policy = try policy(of: required(approval.projectId))
        let list: WritableKeyPath<Policy, [String]> = approval.status == .approved ? \.allow : \.deny
        guard !policy[keyPath: list].contains(rule) else { return }
        guard policy[keyPath: list].count < Limits.argumentsMax else {
            throw HubError(
                .limitExceeded, "a policy has at most \(Limits.argumentsMax) rules of a kind (argumentsMax)",
                members: ["limit": "argumentsMax", "max": .integer(Int64(Limits.argumentsMax))])
        }
        policy[keyPath: list].append(rule)
        try put(&policy)
    }
}

extension HubError {
    /// The loser of two answers is told who won.
    static func answered(_ approval: Approval) -> HubError {
        var members: [String: JSONValue] = ["currentStatus": .string(approval.status.rawValue)]
        if let decision = approval.decision { members["decision"] = .string(decision.decision.rawValue) }
        if let rule = approval.rule { members["rule"] = .string(rule) }
        if let actor = approval.decidedBy {
            members["decidedBy"] = .string(actor.name ?? actor.id ?? actor.type.rawValue)
        }
        return HubError(.alreadyResolved, "approval \(approval.id) is \(approval.status.rawValue)", members: members)
    }
}
