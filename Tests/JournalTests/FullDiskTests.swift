import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("A full disk")
struct FullDiskTests {
    let folder: TemporaryFolder
    let journal: Journal

    init() throws {
        folder = try TemporaryFolder()
        journal = try .forTesting(.file(folder.file("journal.sqlite")))
    }

    /// Room for `pageCount` more pages of 4 KiB.
    private func limit(to pageCount: Int, _ plan: Plan) async throws {
        try await journal.change(plan.scope, by: .system) { tx in
            let used = try Int.fetchOne(tx.db, sql: "PRAGMA page_count") ?? 0
            try tx.db.execute(sql: "PRAGMA max_page_count = \(used + pageCount)")
        }
    }

    /// One card as large as each of these, asked for together; what each change came to.
    private func addCards(kilobytes: [Int], _ plan: Plan) async throws -> [UInt64?] {
        let gate = await Gate(journal)
        let changes = kilobytes.map { kilobytes in
            Task.immediate { [journal] in
                try await journal.change(plan.scope, by: .local) { tx in
                    let text = String(repeating: "x", count: kilobytes << 10)
                    try tx.put(plan.card(text, in: tx), as: .cardCreated)
                }.position.seq
            }
        }
        try await gate.open()
        var reached: [UInt64?] = []
        for change in changes {
            do {
                reached.append(try await change.value)
            } catch JournalError.full {
                reached.append(nil)
            }
        }
        return reached
    }

    @Test("what does not fit is refused alone, and when there is room again it goes on")
    func full() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        try await limit(to: 20, plan)
        #expect(try await addCards(kilobytes: [1, 1, 300, 1], plan) == [4, 5, nil, 6])
        #expect(try await journal.read { try $0.cards(of: plan.project.id).count } == 3)
        try await limit(to: 1_000, plan)
        #expect(try await addCards(kilobytes: [300], plan) == [7])
        #expect(witness.events.map(\.header.seq) == [4, 5, 6, 7])
        await journal.close()
    }

    @Test("when SQLite gives the whole transaction up, all who were in it are told, and nothing is kept")
    func transactionLost() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        let gate = await Gate(journal)
        let steps: [@Sendable (Transaction) throws -> Void] = [
            { tx in try tx.put(plan.card("before", in: tx), as: .cardCreated) },
            { _ in throw Failure() },
            { tx in
                // What SQLite does of itself on some of its errors.
                try tx.db.execute(sql: "ROLLBACK")
                throw DatabaseError(resultCode: .SQLITE_FULL)
            },
            { tx in try tx.put(plan.card("after", in: tx), as: .cardCreated) },
        ]
        let changes = steps.map { step in
            Task.immediate { [journal] in try await journal.change(plan.scope, by: .local, step) }
        }
        try await gate.open()
        for index in [0, 2, 3] { await #expect(throws: JournalError.full) { try await changes[index].value } }
        await #expect(throws: Failure()) { try await changes[1].value }
        #expect(try await journal.read { try $0.cards(of: plan.project.id) } == [])
        #expect(witness.commits == [])
        #expect(try await addCards(kilobytes: [1], plan) == [4])
        await journal.close()
    }

    @Test("filled up by many small changes: acknowledged means kept")
    func filledUp() async throws {
        let plan = try await Plan.make(in: journal)
        try await limit(to: 30, plan)
        var acknowledged = 0
        await #expect(throws: JournalError.full) {
            while acknowledged < 10_000 {
                _ = try await journal.change(plan.scope, by: .local) { tx in
                    try tx.put(plan.card("small", in: tx), as: .cardCreated)
                }
                acknowledged += 1
            }
        }
        #expect(acknowledged > 0)
        #expect(try await journal.read { try $0.cards(of: plan.project.id).count } == acknowledged)
        #expect(try await journal.position(of: plan.scope).seq == UInt64(3 + acknowledged))
        await journal.close()
    }
}
