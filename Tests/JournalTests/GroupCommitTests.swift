import Journal
import Model
import RoostTesting
import Synchronization
import Testing

@Suite("Changes that share a commit")
struct GroupCommitTests {
    let journal: Journal

    init() throws { journal = try .forTesting() }

    @Test("one that throws is undone alone; its neighbours are committed together")
    func neighbours() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        let gate = await Gate(journal)
        let changes = (0..<5).map { index in
            Task.immediate { [journal] in
                try await journal.change(plan.scope, by: .local) { tx in
                    try tx.put(plan.card("\(index)", position: Double(index), in: tx), as: .cardCreated)
                    if index == 2 { throw Failure() }
                }.position.seq
            }
        }
        try await gate.open()
        #expect(try await [changes[0].value, changes[1].value, changes[3].value, changes[4].value] == [4, 5, 6, 7])
        await #expect(throws: Failure()) { try await changes[2].value }
        #expect(witness.commits.map(\.count) == [4], "four events, one commit")
        let titles = try await journal.read { try $0.cards(of: plan.project.id).map(\.title) }
        #expect(titles == ["0", "1", "3", "4"])
    }

    @Test("a batch takes 256 units, the next turn the rest")
    func batchLimit() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        let gate = await Gate(journal)
        let changes = (0..<300).map { index in
            Task.immediate { [journal] in
                try await journal.change(plan.scope, by: .local) { tx in
                    try tx.put(plan.card("\(index)", in: tx), as: .cardCreated)
                }
            }
        }
        try await gate.open()
        for change in changes { _ = try await change.value }
        #expect(witness.commits.map(\.count) == [256, 44])
    }

    @Test("the writer answers when it gets to it: not while it is held, and when it is closed at once")
    func answers() async throws {
        let witness = Witness(journal)
        await journal.answer()
        let gate = await Gate(journal)
        let order = Mutex<[String]>([])
        let asking = Task.immediate { [journal] in
            await journal.answer()
            order.withLock { $0.append("answered") }
        }
        order.withLock { $0.append("let go") }
        try await gate.open()
        await asking.value
        #expect(order.withLock { $0 } == ["let go", "answered"])
        await journal.close()
        await journal.answer()
        #expect(witness.commits.isEmpty, "a question is no commit")
    }

    @Test("1,000 concurrent changes of which some fail: numbers without a hole, told in order", arguments: 1...3)
    func numbers(seed: UInt64) async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        var random = SeededRandom(seed: seed)
        let plans = (0..<1_000).map { _ in
            (events: Int.random(in: 0...3, using: &random), fails: Bool.random(using: &random))
        }
        let positions = await withTaskGroup(of: UInt64?.self) { group in
            for (events, fails) in plans {
                group.addTask { [journal] in
                    do {
                        return try await journal.change(plan.scope, by: .local) { tx in
                            for index in 0..<events { try tx.put(plan.card("\(index)", in: tx), as: .cardCreated) }
                            if fails { throw Failure() }
                        }.position.seq
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let eventCount = plans.map { $0.fails ? 0 : $0.events }.reduce(0, +)
        let last = UInt64(3 + eventCount)
        #expect(positions.count { $0 == nil } == plans.count(where: \.fails))
        #expect(try await journal.position(of: plan.scope).seq == last)
        #expect(witness.events.map(\.header.seq) == Array(4...last))
        #expect(try await journal.everything(in: plan.scope, after: 3) == witness.events)
        #expect(try await journal.read { try $0.cards(of: plan.project.id).count } == eventCount)
    }

    @Test("what is told is told before the caller goes on")
    func toldFirst() async throws {
        let plan = try await Plan.make(in: journal)
        let witness = Witness(journal)
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask { [journal] in
                    let seq = try await journal.change(plan.scope, by: .local) { tx in
                        try tx.put(plan.card("card", in: tx), as: .cardCreated)
                    }.position.seq
                    #expect(witness.events.contains { $0.header.seq == seq })
                }
            }
        }
    }
}
