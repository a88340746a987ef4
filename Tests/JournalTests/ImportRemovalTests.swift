import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Imports that do not come to their end")
struct ImportRemovalTests {
    /// A project that is on its way in with two cards, which the search index knows.
    private func begin(in journal: Journal) async throws -> (plan: Plan, cards: [Card]) {
        let plan = try await journal.change(.hub, by: .system) { tx in
            let project = Project(
                id: tx.make(), slug: "in", name: "in", path: "/src/in", defaultBranch: "main", at: tx.now)
            let board = Board(id: tx.make(), projectId: project.id, name: "Board", position: 1, at: tx.now)
            let column = BoardColumn(
                id: tx.make(), projectId: project.id, boardId: board.id, name: "To do", type: .backlog, position: 1,
                at: tx.now)
            try tx.beginImport(project)
            try tx.store(board)
            try tx.store(column)
            return Plan(project: project, board: board, column: column)
        }.value
        let cards = try await journal.change(.hub, by: .system) { tx in
            try ["brought", "changed"].map { title in
                let card = plan.card(title, in: tx)
                try tx.store(card)
                return card
            }
        }.value
        while try await journal.indexOnce() > 0 {}
        return (plan, cards)
    }

    /// Fails when all but the end is done.
    private func failLate(_ plan: Plan, _ cards: [Card], at seq: UInt64, in journal: Journal) async throws {
        try await journal.change(.hub, by: .system) { try $0.openImport(of: plan.project.id, at: seq) }
        try await journal.change(plan.scope, by: .system) { tx in try tx.put(cards[1], as: .cardUpdated) }
        while try await journal.change(.hub, by: .system, { try $0.removeImport(of: plan.project.id) }).value {}
        while try await journal.indexOnce() > 0 {}
    }

    @Test("nothing of it is found any more, though its rows were known already")
    func search() async throws {
        let journal = try Journal.forTesting()
        let (plan, cards) = try await begin(in: journal)
        try await failLate(plan, cards, at: 0, in: journal)
        let known = try await journal.read { reader in
            try Int.fetchOne(reader.db, sql: "SELECT count(*) FROM searchDocuments")
        }
        #expect(known == 0)
        let found = try await journal.change(.hub, by: .system) { tx in try cards.compactMap { try tx.get($0.id) } }
        #expect(found.value.isEmpty, "nor does a change find them")
    }

    @Test("the histories of others go on, and the database is in order", arguments: [0, 41] as [UInt64])
    func epochs(seq: UInt64) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("journal.sqlite")
        let first = try Journal.forTesting(.file(path))
        let other = try await Plan.make(in: first)
        let before = try await first.position(of: other.scope)
        let (plan, cards) = try await begin(in: first)
        try await failLate(plan, cards, at: seq, in: first)
        await first.close()
        let second = try Journal.forTesting(.file(path), ids: SeededIDs(seed: 2))
        #expect(try await second.position(of: other.scope) == before)
        await #expect(throws: JournalError.self) { try await second.position(of: plan.scope) }
        await second.close()
        #expect(try Examination(path: path).run() == [])
    }
}
