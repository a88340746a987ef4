import Journal
import Model
import RoostTesting
import Testing

/// Changes a project at random, by seed: makes, changes and removes things of every kind.
struct Story {
    private let plan: Plan
    private var random: SeededRandom

    init(plan: Plan, seed: UInt64) {
        self.plan = plan
        random = SeededRandom(seed: seed)
    }

    mutating func step(in journal: Journal) async throws {
        let (plan, choice, seed) = (plan, Int.random(in: 0..<8, using: &random), random.next())
        do {
            _ = try await journal.change(plan.scope, by: .system) { tx in
                var random = SeededRandom(seed: seed)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    try Self.act(choice, plan, tx, &random)
                }
                if Int.random(in: 0..<5, using: &random) == 0 { throw Failure() }
            }
        } catch is Failure {
            // One in five changes its mind; nothing of that may be seen.
        }
    }

    private static func act(_ choice: Int, _ plan: Plan, _ tx: Transaction, _ random: inout SeededRandom) throws {
        let name = "\(random.next())"
        switch choice {
        case 0: try changeProject(plan, name, tx)
        case 1: try changeBoards(plan, name, tx)
        case 2: try changeColumns(plan, name, tx)
        case 3, 4: try changeCards(plan, name, tx, &random)
        case 5: try startRun(plan, tx, &random)
        case 6: try say(plan, name, tx, &random)
        default: try decide(plan, tx, &random)
        }
    }

    private static func changeProject(_ plan: Plan, _ name: String, _ tx: Transaction) throws {
        var project = try #require(try tx.get(plan.project.id))
        project.name = name
        try tx.put(project, as: .projectUpdated)
    }

    private static func changeBoards(_ plan: Plan, _ name: String, _ tx: Transaction) throws {
        let spare = try tx.boards(of: plan.project.id).filter { $0.id != plan.board.id }
        if let board = spare.first, spare.count > 2 { return try tx.delete(board, as: .boardDeleted) }
        let board = Board(id: tx.make(), projectId: plan.project.id, name: name, position: 1, at: tx.now)
        try tx.put(board, as: .boardCreated)
    }

    private static func changeColumns(_ plan: Plan, _ name: String, _ tx: Transaction) throws {
        let spare = try tx.columns(of: plan.board.id).filter { $0.id != plan.column.id }
        if let column = spare.first, spare.count > 2 { return try tx.delete(column, as: .columnDeleted) }
        try tx.put(
            BoardColumn(
                id: tx.make(), projectId: plan.project.id, boardId: plan.board.id, name: name, type: .active,
                position: 1, at: tx.now), as: .columnCreated)
    }

    private static func changeCards(
        _ plan: Plan, _ name: String, _ tx: Transaction, _ random: inout SeededRandom
    ) throws {
        let cards = try tx.cards(of: plan.project.id)
        guard var card = cards.randomElement(using: &random), Bool.random(using: &random) else {
            return try tx.put(plan.card(name, in: tx), as: .cardCreated)
        }
        if cards.count > 20 { return try tx.delete(card, as: .cardDeleted) }
        card.title = name
        card.position = Double.random(in: 0...1, using: &random)
        try tx.put(card, as: .cardMoved)
    }

    private static func startRun(_ plan: Plan, _ tx: Transaction, _ random: inout SeededRandom) throws {
        var run = plan.run(of: try tx.cards(of: plan.project.id).randomElement(using: &random), in: tx)
        try tx.put(run, as: .runCreated)
        _ = try run.apply(.start, at: tx.now)
        try tx.put(run, as: .runQueued)
        try tx.put(plan.process(of: run, in: tx), as: .processCreated)
    }

    private static func say(_ plan: Plan, _ text: String, _ tx: Transaction, _ random: inout SeededRandom) throws {
        guard let run = try tx.runs(of: plan.project.id, limit: 5).randomElement(using: &random) else { return }
        if var entry = try tx.latestEntries(of: run.id, limit: 1).first, Bool.random(using: &random) {
            entry.content.text = text
            return try tx.put(entry, as: .entryUpdated)
        }
        try tx.put(try plan.entry(of: run, text, in: tx), as: .entryAdded)
    }

    private static func decide(_ plan: Plan, _ tx: Transaction, _ random: inout SeededRandom) throws {
        if var approval = try tx.approvals(of: plan.project.id, status: .pending).randomElement(using: &random) {
            try approval.decide(Approval.Decision(.approve), by: .local, at: tx.now)
            return try tx.put(approval, as: .approvalResolved)
        }
        guard let run = try tx.runs(of: plan.project.id, limit: 1).first,
            let process = try tx.processes(of: run.id).last
        else { return }
        try tx.put(plan.approval(of: process, in: tx), as: .approvalRequested)
    }
}
