import Agents
package import Journal
package import Model

extension Engine {
    /// Changes a project's rules. What is open and decided by them now is answered at once.
    package func updatePolicy(
        of project: Project.ID, _ input: UpdatePolicy, by actor: Actor
    ) async throws -> Committed<Policy> {
        let changed = try await journal.change(.project(project), by: actor) { [catalog, settings] tx in
            var policy = try tx.policy(of: tx.open(project))
            try requireVersion(input.version, policy.version, of: "policy \(policy.id)")
            if let allow = input.allow { policy.allow = allow }
            if let deny = input.deny { policy.deny = deny }
            if let value = input.autoApprove { policy.autoApprove = value }
            if let value = input.autoApproveWeb { policy.autoApproveWeb = value }
            if let value = input.requireReview { policy.requireReview = value }
            if let value = input.autoGitPush { policy.autoGitPush = value }
            if let value = input.allowHost { policy.allowHost = value }
            try tx.put(&policy)
            return (policy, try tx.applyRules(of: project, catalog: catalog, settings: settings))
        }
        for run in changed.value.1 { await scheduler.poke(run) }
        return Committed(value: changed.value.0, position: changed.position)
    }

    /// What a project's rules would say about a question; nil: somebody would be asked.
    package func evaluatePolicy(of project: Project.ID, _ subject: PolicySubject) async throws -> PolicyRuling? {
        try await journal.read { try $0.policy(of: $0.required(project)).ruling(on: subject) }
    }
}

extension Transaction {
    func put(_ policy: inout Policy) throws {
        policy.version += 1
        policy.updatedAt = now
        try put(policy, as: .policyUpdated)
    }

    /// Answers those open questions that are decided by now.
    /// - Returns: the runs that have an answer to hand over.
    func applyRules(of project: Project.ID, catalog: AgentCatalog, settings: EngineSettings) throws -> Set<Run.ID> {
        let policy = try policy(of: required(project))
        var answered: Set<Run.ID> = []
        for approval in try approvals(of: project, status: .pending) {
            let run = try required(approval.runId)
            guard let ruling = policy.ruling(on: PolicySubject(approval), approvesAll: run.approvesAll == true) else {
                continue
            }
            try resolve(
                approval, ruling.answer, by: .system, rule: ruling.rule, catalog: catalog, settings: settings)
            answered.insert(approval.runId)
        }
        return answered
    }
}
