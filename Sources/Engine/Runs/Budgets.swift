import Journal
import Model

// Who has consumed too much. The rows know what was consumed; what no agent has told is unknown, and uses up nothing.

/// Whose budget is used up, and which part of it.
struct BudgetExcess: Sendable, Equatable {
    let owner: EntityKind
    let excess: Budget.Excess

    var text: String { "the \(owner.rawValue)'s budget is used up: \(excess.detail) (\(excess.limit))" }
}

extension Reader {
    /// What a run may no longer consume: by its own budget, its card's or its project's.
    func excess(of run: Run, in project: Project, at now: Timestamp) throws -> BudgetExcess? {
        if let budget = run.budget, let excess = budget.exceeded(by: try spent(by: .run(run.id), at: now)) {
            return BudgetExcess(owner: .run, excess: excess)
        }
        if let id = run.cardId, let budget = try get(id)?.budget,
            let excess = budget.exceeded(by: try spent(by: .card(id), at: now))
        {
            return BudgetExcess(owner: .card, excess: excess)
        }
        if let budget = project.budget, let excess = budget.exceeded(by: try spent(by: .project(project.id), at: now)) {
            return BudgetExcess(owner: .project, excess: excess)
        }
        return nil
    }
}

extension Transaction {
    func excess(of run: Run, in project: Project) throws -> BudgetExcess? {
        try excess(of: run, in: project, at: now)
    }

    func requireBudget(of run: Run) throws {
        guard let excess = try excess(of: run, in: try required(run.projectId)) else { return }
        throw HubError(
            .budgetExceeded, "run \(run.id) cannot go on: \(excess.text)",
            members: [
                "currentStatus": .string(run.status.rawValue), "owner": .string(excess.owner.rawValue),
                "limit": .string(excess.excess.limit),
            ])
    }
}
