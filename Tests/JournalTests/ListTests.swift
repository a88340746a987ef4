import Journal
import Model
import RoostTesting
import Testing

@Suite("Lists")
struct ListTests {
    let clock = ManualClock()
    let journal: Journal

    init() throws { journal = try .forTesting(clock: clock) }

    @Test("projects by slug, path and status, in pages")
    func projects() async throws {
        let (first, second, third) = (
            try await Plan.make(in: journal, slug: "a").project, try await Plan.make(in: journal, slug: "b").project,
            try await Plan.make(in: journal, slug: "c").project
        )
        try await journal.change(.project(second.id), by: .local) { tx in
            var project = second
            project.status = .archived
            project.path = first.path
            try tx.put(project, as: .projectArchived)
        }
        try await journal.read { (reader) throws in
            #expect(try reader.projectID(slug: "c") == third.id)
            #expect(try reader.projectID(slug: "d") == nil)
            #expect(try reader.project(path: first.path) == first, "the younger one at that path is archived")
            #expect(try reader.project(path: "/") == nil)
            #expect(try reader.projects(status: .ready).map(\.id) == [first.id, third.id])
            #expect(try reader.projects(limit: 2).map(\.id) == [first.id, second.id])
            #expect(try reader.projects(after: second.id, limit: 2).map(\.id) == [third.id])
        }
    }

    @Test("cards in the order (column, position, id), in pages that survive a deletion")
    func cards() async throws {
        let plan = try await Plan.make(in: journal)
        let cards = try await journal.change(plan.scope, by: .local) { tx in
            let later = BoardColumn(
                id: tx.make(), projectId: plan.project.id, boardId: plan.board.id, name: "Later", type: .done,
                position: 0, at: tx.now)
            try tx.put(later, as: .columnCreated)
            var cards = [2, 1, 1, 3].map { plan.card("card", position: $0, in: tx) }
            cards[3].columnId = later.id
            cards[1].status = .done
            for card in cards { try tx.put(card, as: .cardCreated) }
            return cards
        }.value
        let expected = [cards[1], cards[2], cards[0], cards[3]]
        try await journal.read { (reader) throws in
            #expect(try reader.cards(of: plan.project.id) == expected)
            #expect(try reader.cards(in: plan.column.id) == Array(expected.prefix(3)))
            #expect(try reader.cards(of: plan.project.id, column: cards[3].columnId) == [cards[3]])
            #expect(try reader.cards(of: plan.project.id, status: .done) == [cards[1]])
            #expect(try reader.cards(of: plan.project.id, board: plan.board.id, limit: 2) == Array(expected.prefix(2)))
        }
        try await journal.change(plan.scope, by: .local) { tx in try tx.delete(expected[1], as: .cardDeleted) }
        let rest = try await journal.read { try $0.cards(of: plan.project.id, after: CardPlace(expected[1])) }
        #expect(rest == Array(expected.suffix(2)))
    }

    @Test("runs newest first, and the queue over all projects by the time of queueing")
    func runs() async throws {
        let (plan, other) = (try await Plan.make(in: journal, slug: "a"), try await Plan.make(in: journal, slug: "b"))
        let (runs, clock) = (try await [run(plan), run(other), run(plan)], clock)
        for index in [2, 1, 0] {
            clock.advance(by: .seconds(1))
            try await journal.change(.project(runs[index].projectId), by: .local) { tx in
                var run = runs[index]
                _ = try run.apply(.start, at: tx.now)
                if index == 0 { _ = try run.apply(.dispatched, at: tx.now) }
                try tx.put(run, as: .runQueued)
            }
        }
        try await journal.read { (reader) throws in
            let project = plan.project.id
            #expect(try reader.runs(of: project).map(\.id) == [runs[2].id, runs[0].id])
            #expect(try reader.runs(of: project, after: runs[2].id, limit: 1).map(\.id) == [runs[0].id])
            #expect(try reader.runs(of: project, statuses: [.running, .waiting]).map(\.id) == [runs[0].id])
            #expect(try reader.runs(of: project, card: runs[2].cardId).map(\.id) == [runs[2].id])
            #expect(try reader.runs(statuses: [.queued]).map(\.id) == [runs[2].id, runs[1].id])
            #expect(try reader.runs(statuses: [.queued, .running]).count == 3)
        }
    }

    @Test("entries by index: all, after one, the latest, a single one")
    func entries() async throws {
        let plan = try await Plan.make(in: journal)
        let run = try await run(plan)
        let entries = try await journal.change(plan.scope, by: .system) { tx in
            try (0..<5).map { index in
                let entry = try plan.entry(of: run, "\(index)", in: tx)
                try tx.put(entry, as: .entryAdded)
                return entry
            }
        }.value
        try await journal.read { (reader) throws in
            #expect(try reader.entries(of: run.id) == entries)
            #expect(try reader.entries(of: run.id, after: 1, limit: 2) == Array(entries[2...3]))
            #expect(try reader.latestEntries(of: run.id, limit: 2) == Array(entries[3...4]))
            #expect(try reader.entry(of: run.id, index: 3) == entries[3])
            #expect(try reader.entry(of: run.id, index: 5) == nil)
            #expect(try reader.entryCount(of: run.id) == 5)
            #expect(try reader.entryCount(of: SeededIDs(seed: 8).make()) == 0)
        }
    }

    @Test("approvals by project, run and status, and those whose time is up")
    func approvals() async throws {
        let plan = try await Plan.make(in: journal)
        let run = try await run(plan)
        let start = clock.now()
        let approvals = try await journal.change(plan.scope, by: .system) { tx in
            let process = plan.process(of: run, in: tx)
            try tx.put(process, as: .processCreated)
            var approvals = [30, 10, 20, 5].map {
                plan.approval(of: process, in: tx, expiresAt: start.adding(milliseconds: $0))
            }
            try approvals[3].cancel(at: tx.now)
            for approval in approvals { try tx.put(approval, as: .approvalRequested) }
            return approvals
        }.value
        try await journal.read { (reader) throws in
            #expect(try reader.approvals(run: run.id) == approvals)
            #expect(try reader.approvals(of: plan.project.id, status: .pending) == Array(approvals.prefix(3)))
            #expect(try reader.approvals(after: approvals[0].id, limit: 1) == [approvals[1]])
            let due = try reader.approvals(expiringBefore: start.adding(milliseconds: 30))
            #expect(due == [approvals[1], approvals[2]], "the most overdue first, and only what is pending")
        }
    }

    @Test("every kind has a table, and a list gives the stored text when asked")
    func stored() async throws {
        let plan = try await Plan.make(in: journal)
        let cards = try await journal.change(plan.scope, by: .local) { tx in
            try tx.put(plan.card("One", in: tx), as: .cardCreated)
            return try tx.cards(of: plan.project.id, as: Stored<Card>.self)
        }.value
        #expect(try cards.map { try JSONValue($0.json)["title"] } == ["One"])
    }

    private func run(_ plan: Plan) async throws -> Run {
        try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("card", in: tx)
            let run = plan.run(of: card, in: tx)
            try tx.put(card, as: .cardCreated)
            try tx.put(run, as: .runCreated)
            return run
        }.value
    }
}
