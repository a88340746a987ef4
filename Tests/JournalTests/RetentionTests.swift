import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("What is kept of the past")
struct RetentionTests {
    let clock = ManualClock()
    let journal: Journal

    init() throws { journal = try .forTesting(clock: clock) }

    private func addCards(_ count: Int, _ plan: Plan) async throws {
        for index in 0..<count {
            try await journal.change(plan.scope, by: .local) { tx in
                try tx.put(plan.card("\(index)", in: tx), as: .cardCreated)
            }
        }
    }

    @Test("what is older than its time goes, from the oldest on, and a reader is told")
    func age() async throws {
        let plan = try await Plan.make(in: journal)
        try await addCards(500, plan)
        clock.advance(by: .seconds(100))
        try await addCards(5, plan)
        #expect(try await journal.sweep(Retention(ageSecondsMax: 100)) == 0)
        clock.advance(by: .seconds(1))
        #expect(try await journal.sweep(Retention(ageSecondsMax: 100)) == 504, "503 of the project's, one of the hub's")
        #expect(try await journal.read { try $0.oldestSeq(of: plan.scope) } == 504)
        #expect(
            try await journal.events(in: plan.scope, after: 502, limit: 10, byteCountMax: .max) == .gone(oldest: 504))
        let rest = try await journal.everything(in: plan.scope, after: 503)
        #expect(rest.map(\.header.seq) == Array(504...508))
        #expect(try await journal.read { try $0.cards(of: plan.project.id).count } == 505, "rows stay")
    }

    @Test("a journal takes no more than its bytes, which are counted as they are")
    func bytes() async throws {
        let plan = try await Plan.make(in: journal)
        try await addCards(100, plan)
        func used() async throws -> (said: Int, real: Int) {
            try await journal.read { reader in
                let head = try reader.knownHead(of: plan.scope)
                let real = try Int.fetchOne(
                    reader.db,
                    sql:
                        "SELECT sum(length(payload) + \(JournalHead.eventOverheadBytes)) FROM events WHERE journal = ?",
                    arguments: [head.id])
                return (head.bytes, real ?? 0)
            }
        }
        let before = try await used()
        #expect(before.said == before.real)
        try await journal.sweep(Retention(bytesMax: before.said / 2))
        let after = try await used()
        #expect(after.said == after.real && after.said <= before.said / 2 && after.said > before.said / 3)
        try await addCards(1, plan)
        #expect(try await journal.position(of: plan.scope).seq == 104)
    }

    @Test("a pinned run's events stay readable by the run, from the pin on, until it is let go")
    func pinned() async throws {
        let plan = try await Plan.make(in: journal)
        var run = try await journal.change(plan.scope, by: .local) { tx in
            var run = plan.run(in: tx)
            run.pinnedFrom = 1
            try tx.put(run, as: .runCreated)
            try tx.put(plan.card("between", in: tx), as: .cardCreated)
            try tx.put(try plan.entry(of: run, "hello", in: tx), as: .entryAdded)
            try tx.put(plan.card("after", in: tx), as: .cardCreated)
            return run
        }.value
        let kept = try await journal.everything(in: plan.scope).filter { $0.header.context.runId == run.id }
        try await journal.change(.hub, by: .system) { try $0.forget(plan.scope, upTo: 6) }
        func read(after seq: UInt64, limit: Int = 10) async throws -> EventPage {
            try await journal.read { [run] in try $0.events(of: run, after: seq, limit: limit, byteCountMax: .max) }
        }
        #expect(try await read(after: 0) == .page(events: kept, scannedTo: 6, more: true))
        #expect(try await read(after: 0, limit: 1) == .page(events: [kept[0]], scannedTo: 4, more: true))
        #expect(try await read(after: 6) == .page(events: [], scannedTo: 7, more: false))
        #expect(
            try await journal.events(in: plan.scope, after: 3, limit: 10, byteCountMax: .max) == .gone(oldest: 7),
            "a subscriber is never led across the hole")
        run.pinnedFrom = nil
        try await journal.change(plan.scope, by: .local) { [run] in try $0.put(run, as: .runUpdated) }
        try await journal.sweep(Retention())
        #expect(try await read(after: 0) == .gone(oldest: 7))
        #expect(try await journal.read { try Int.fetchOne($0.db, sql: "SELECT count(*) FROM pinnedEvents") } == 0)
    }

    @Test("space is given back to the disk")
    func space() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("journal.sqlite")
        let journal = try Journal.forTesting(.file(path), clock: clock)
        let plan = try await Plan.make(in: journal)
        try await journal.change(plan.scope, by: .system) { tx in
            for _ in 0..<3_000 {
                try tx.note(.diffUpdated, about: EventContext(), data: String(repeating: "x", count: 900))
            }
        }
        let pages = { try await journal.read { try Int.fetchOne($0.db, sql: "PRAGMA page_count") ?? 0 } }
        let before = try await pages()
        try await journal.sweep(Retention(bytesMax: 0))
        #expect(try await pages() < before / 2)
        await journal.close()
        #expect(try Examination(path: path).run() == [])
    }
}
