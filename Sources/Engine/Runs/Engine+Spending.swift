import Journal
package import Model

/// What the runs of a card or a project have consumed so far, beside what they may.
package struct Spending: Codable, Sendable, Equatable {
    /// What no agent has told is absent.
    package let spent: Budget
    package let budget: Budget?

    package init(spent: Budget, budget: Budget?) {
        self.spent = spent
        self.budget = budget
    }
}

extension Engine {
    package func spending(of id: Project.ID) async throws -> Spending {
        let now = clock.now()
        return try await journal.read { reader in
            Spending(spent: try reader.spent(by: .project(id), at: now), budget: try reader.required(id).budget)
        }
    }

    package func spending(of id: Card.ID) async throws -> Spending {
        let now = clock.now()
        return try await journal.read { reader in
            Spending(spent: try reader.spent(by: .card(id), at: now), budget: try reader.required(id).budget)
        }
    }

    package func spending(of id: Run.ID) async throws -> Spending {
        let now = clock.now()
        return try await journal.read { reader in
            Spending(spent: try reader.spent(by: .run(id), at: now), budget: try reader.required(id).budget)
        }
    }
}
