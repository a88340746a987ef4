import Agents
package import Journal
package import Model

// A card's way through the columns of its board. Coming to an active column with a prompt starts work on it there: a run that
// is done and has not landed goes on in its worktree with that column's prompt, else there is a new run.
extension Engine {
    var availableProviders: [Provider] {
        catalog.availableProviders(environment: settings.environment)
    }

    /// Lets a card go on to the next column, once: a person's word where the card does not move by itself.
    /// - Throws: `HubError` `.illegalTransition` while a run of it is at work, or when there is no column to go to.
    package func advanceCard(_ id: Card.ID, by actor: Actor) async throws -> Committed<Card> {
        let offered = availableProviders
        let advanced = try await journal.change(of: id, by: actor) { tx in
            let card = try tx.required(id)
            _ = try tx.open(card.projectId)
            if let run = try tx.workingRun(on: card) {
                throw HubError.illegal("advance", "run \(run.id) of card \(id)", currentStatus: run.status.rawValue)
            }
            guard let column = try tx.nextColumn(after: card) else {
                throw HubError.illegal(
                    "advance", "card \(id), behind which is no active column,", currentStatus: card.status.rawValue)
            }
            return try tx.advance(card, to: column, by: offered, for: actor)
        }
        scheduler.kick()
        return advanced
    }
}

/// A column that a card goes through.
package struct PipelinePlace: Sendable, Equatable, Encodable {
    package let columnId: BoardColumn.ID
    package let columnName: String
    package let prompt: String?
}

extension Reader {
    /// The active columns that a card goes through: on its own way, or on its board's.
    package func pipeline(of card: Card) throws -> [PipelinePlace] {
        let active = try columns(of: card.boardId).filter { $0.type == .active }
        guard let steps = card.pipeline else {
            return active.map { PipelinePlace(columnId: $0.id, columnName: $0.name, prompt: $0.prompt) }
        }
        return steps.compactMap { step in
            active.first { $0.id == step.columnId }.map { column in
                PipelinePlace(
                    columnId: column.id, columnName: column.name, prompt: step.prompt ?? column.prompt)
            }
        }
    }
}

extension AgentCatalog {
    /// Agents that could be started now, in the order in which one is taken for a card that had none. The demo agent and
    /// bare commands are nobody's choice.
    func availableProviders(environment: [String: String]) -> [Provider] {
        programs.filter { program in
            let provider = program.provider
            guard provider != .demo, provider != .command else { return false }
            return program.executable.map { locate($0, environment: environment) != nil } ?? false
        }.map(\.provider)
    }
}

extension Transaction {
    /// A card that moves by itself goes on to the next active column when a run of it is done; behind the last one a person
    /// looks at it.
    /// - Returns: whether work on it goes on.
    func advanceByItself(_ run: inout Run) throws -> Bool {
        guard let id = run.cardId, let card = try get(id), card.autoMode == true, card.parked != true,
            try workingRun(on: card) == nil, let column = try nextColumn(after: card)
        else { return false }
        _ = try advance(card, to: column, by: [run.provider], for: run.createdBy)
        run = try required(run.id)
        return try workingRun(on: card) != nil
    }

    func setPipeline(_ steps: [Card.PipelineStep], of card: inout Card) throws {
        let active = Set(try columns(of: card.boardId).filter { $0.type == .active }.map(\.id))
        for (index, step) in steps.enumerated() where !active.contains(step.columnId) {
            throw HubError.invalid("/pipeline/\(index)/columnId", "is no active column of the card's board")
        }
        guard Set(steps.map(\.columnId)).count == steps.count else {
            throw HubError.invalid("/pipeline", "goes to a column twice")
        }
        card.pipeline = steps.map { step in
            Card.PipelineStep(columnId: step.columnId, prompt: step.prompt.flatMap { $0.isEmpty ? nil : $0 })
        }
    }

    /// The active column that comes next on the card's own way, or else on its board. Columns of its way that are gone, or
    /// active no more, are passed over; from a column beside its way it goes to the beginning of it.
    func nextColumn(after card: Card) throws -> BoardColumn? {
        let columns = try columns(of: card.boardId)
        if let steps = card.pipeline {
            let place = steps.firstIndex { $0.columnId == card.columnId }.map { $0 + 1 } ?? 0
            let active = columns.filter { $0.type == .active }
            return steps[place...].lazy.compactMap { step in active.first { $0.id == step.columnId } }.first
        }
        guard let place = columns.firstIndex(where: { $0.id == card.columnId }) else { return nil }
        return columns[(place + 1)...].first { $0.type == .active }
    }

    func advance(
        _ card: Card, to column: BoardColumn, by offered: [Provider], for actor: Actor?
    ) throws -> Card {
        var card = card
        try move(&card, to: column, at: try place(card.id, in: column.id, before: nil, after: nil))
        try beginWork(on: card, in: column, by: offered, for: actor.map(Principal.init(starting:)))
        return try required(card.id)
    }

    /// - Parameters:
    ///   - offered: for a card that no agent has worked on; without one nothing begins.
    ///   - principal: by whose doing it begins, and whose run a new one is; nil: the hub's. The card of one who may not start
    ///     agents is parked.
    func beginWork(on card: Card, in column: BoardColumn, by offered: [Provider], for principal: Principal?) throws {
        guard card.parked != true, column.type == .active, let prompt = prompt(of: column, for: card), !prompt.isEmpty,
            try workingRun(on: card) == nil,
            try isReady(card), try required(card.projectId).status == .ready
        else {
            return
        }
        guard column.parking(by: principal) != true else { return try park(card) }
        let last = try runs(of: card.projectId, card: card.id, limit: 1).first
        if var run = last, run.status == .completed, !run.merge.hasLanded {
            try principal?.admitStart()
            _ = try run.apply(.followUp, at: now)
            try keep(prompt, after: run.nextPrompt, for: &run)
            try put(run, as: .runQueued)
            return
        }
        guard let provider = last?.provider ?? offered.first else { return }
        try principal?.admitStart()
        let project = try open(card.projectId)
        var run = Run(
            id: make(), projectId: card.projectId, cardId: card.id, provider: provider,
            options: last?.options ?? RunOptions(), prompt: try self.prompt(for: card),
            targetBranch: last?.targetBranch ?? project.defaultBranch, at: now)
        // Where its last one was kept apart, this one is too.
        (run.createdBy, run.isolation) = (principal?.actor, last?.isolation)
        run.attachments = try promptFiles(of: card.id, AttachmentLimits())
        try put(run, as: .runCreated)
        _ = try run.apply(.start, at: now)
        try put(run, as: .runQueued)
    }

    /// What agents would be given with a card has been changed: by one who may not start them nothing begins.
    func parkChanged(_ card: Card, by principal: Principal) throws {
        guard card.parked != true, try required(card.columnId).parking(by: principal) == true else { return }
        try park(card)
    }

    private func park(_ card: Card) throws {
        var card = card
        card.parked = true
        card.touch(at: now)
        try put(card, as: .cardUpdated)
    }

    func workingRun(on card: Card) throws -> Run? {
        try runs(of: card.projectId, card: card.id, statuses: [.queued, .running, .waiting, .paused], limit: 1).first
    }
}
