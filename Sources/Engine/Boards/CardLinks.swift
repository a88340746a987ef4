import Agents
import Journal
import Model

// Parents, what waits for what, and what is put off. Refused is whatever would make a card wait for itself.
extension Transaction {
    func setParent(_ parent: Card.ID?, of card: inout Card) throws {
        guard let parent else { return card.parentId = nil }
        var (above, depth): (Card.ID?, Int) = (parent, 1)
        while let id = above {
            guard id != card.id else {
                throw HubError.invalid("/parentId", "would make card \(card.id) its own parent")
            }
            depth += 1
            guard depth <= Limits.cardDepthMax else {
                throw HubError.limit("cardDepthMax", Limits.cardDepthMax, "cards are nested too deep")
            }
            above = try other(id, than: card, at: "/parentId").parentId
        }
        let count = try children(of: parent, limit: Limits.childrenPerCardMax).filter { $0.id != card.id }.count
        try requireRoom(count, Limits.childrenPerCardMax, "childrenPerCardMax", "children a card")
        card.parentId = parent
    }

    func setDependencies(_ ids: [Card.ID], of card: inout Card) throws {
        for id in ids {
            _ = try other(id, than: card, at: "/blockedBy")
            let isCircle = try id == card.id || depends(id, on: card.id)
            guard !isCircle else {
                throw HubError(
                    .dependencyCycle, "card \(id) waits for card \(card.id), which would wait for it",
                    members: ["card": .string(id.rawValue)])
            }
        }
        var seen: Set<Card.ID> = []
        let distinct = ids.filter { seen.insert($0).inserted }
        card.blockedBy = distinct.isEmpty ? nil : distinct
    }

    private func other(_ id: Card.ID, than card: Card, at pointer: String) throws -> Card {
        guard let other = try get(id), other.projectId == card.projectId else {
            throw HubError.invalid(pointer, "\(id) is no card of this project")
        }
        return other
    }

    /// - Throws: `HubError` `.cardDeferred`, `.cardBlocked` with what it waits for.
    func requireReady(_ card: Card) throws {
        guard card.deferred == nil else {
            throw HubError(.cardDeferred, "card \(card.id) is put off; activate it first")
        }
        let ahead = try unfinishedDependencies(of: card.id)
        guard ahead.isEmpty else {
            throw HubError(
                .cardBlocked, "card \(card.id) waits for \(ahead.map(\.rawValue).joined(separator: ", "))",
                members: ["blockedBy": .array(ahead.map { .string($0.rawValue) })])
        }
    }

    func isReady(_ card: Card) throws -> Bool {
        try card.deferred == nil && unfinishedDependencies(of: card.id).isEmpty
    }

    /// A card is no longer put off; where it stands in an active column with a prompt, work on it begins.
    @discardableResult
    func activate(_ card: Card, by offered: [Provider], for principal: Principal?) throws -> Card {
        var card = card
        let column = try required(card.columnId)
        card.deferred = nil
        card.parked = column.parking(by: principal) ?? card.parked
        card.touch(at: now)
        try put(card, as: .cardActivated)
        try beginWork(on: card, in: column, by: offered, for: principal)
        return try required(card.id)
    }

    /// A card is done, or given up, or gone: what has waited for it alone may go on.
    func release(_ waiting: [Card], by offered: [Provider], for principal: Principal?) throws {
        for card in waiting where try unfinishedDependencies(of: card.id).isEmpty {
            if let deferral = card.deferred {
                if deferral.whenUnblocked == true { try activate(card, by: offered, for: principal) }
            } else if card.status == .todo {
                try beginWork(on: card, in: required(card.columnId), by: offered, for: principal)
            }
        }
    }

    /// After a change of a card's status.
    func releaseDependents(
        of card: Card, was before: Card.Status, by offered: [Provider], for principal: Principal?
    ) throws {
        guard card.status.isOver, !before.isOver else { return }
        try release(dependents(of: card.id), by: offered, for: principal)
    }

    /// Before a card goes: nobody who stays refers to it any more.
    ///
    /// - Parameter going: those that go with it.
    /// - Returns: what has waited for it.
    func unlink(_ card: Card, leavingOut going: Set<Card.ID>) throws -> [Card.ID] {
        for var child in try children(of: card.id) where !going.contains(child.id) {
            child.parentId = nil
            child.touch(at: now)
            try put(child, as: .cardUpdated)
        }
        let waiting = try dependents(of: card.id).filter { !going.contains($0.id) }
        for var dependent in waiting {
            dependent.blockedBy = dependent.blockedBy?.filter { $0 != card.id }
            if dependent.blockedBy?.isEmpty == true { dependent.blockedBy = nil }
            dependent.touch(at: now)
            try put(dependent, as: .cardUpdated)
        }
        return waiting.map(\.id)
    }
}

extension Card.Status {
    var isOver: Bool {
        switch self {
        case .done, .cancelled: true
        case .todo, .inprogress, .inreview: false
        }
    }
}

extension RunContext {
    /// 100 at a time: what is left is found by the next look.
    private static let activatedAtOnceMax = 100

    /// - Returns: whether there was a card whose time has come.
    func activateDueCards() async throws -> Bool {
        let now = clock.now()
        let due = try await journal.read { try $0.cardsDue(at: now, limit: Self.activatedAtOnceMax) }
        let offered = catalog.availableProviders(environment: settings.environment)
        for card in due {
            try await journal.change(of: card.id, by: .system) { tx in
                guard let card = try tx.get(card.id), let until = card.deferred?.until, until <= tx.now,
                    try tx.required(card.projectId).status != .archived
                else { return }
                try tx.activate(card, by: offered, for: nil)
            }
        }
        return !due.isEmpty
    }
}
