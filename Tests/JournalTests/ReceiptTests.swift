import Foundation
import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Answers that are kept with their change")
struct ReceiptTests {
    static let key = RequestKey(caller: "me", key: "k")

    private func receipt(_ key: RequestKey = key, by actor: Actor = .local, answer: String = "done") -> Receipt {
        Receipt(key, fingerprint: [1, 2], by: actor) { value, position in
            (value as? Card).map { Array("\(answer) \($0.title) \(position.seq)".utf8) }
        }
    }

    private func kept(_ key: RequestKey = key, in journal: Journal) async throws -> String? {
        try await journal.read { try $0.keptAnswer(for: key, since: Timestamp(millisecondsSince1970: 0)) }
            .map { String(decoding: $0.answer, as: UTF8.self) }
    }

    private func add(_ title: String, _ plan: Plan, by actor: Actor = .local, to journal: Journal) async throws {
        try await journal.change(plan.scope, by: actor) { tx in
            let card = plan.card(title, in: tx)
            try tx.put(card, as: .cardCreated)
            return card
        }
    }

    @Test("the first change of the request's actor that comes to an answer is the one")
    func first() async throws {
        let journal = try Journal.forTesting()
        let plan = try await Plan.make(in: journal)
        let receipt = receipt()
        try await Receipt.$current.withValue(receipt) {
            try await add("the hub's own", plan, by: .system, to: journal)
            try await journal.change(plan.scope, by: .local) { _ in }
            #expect(receipt.answer == nil)
            try await add("mine", plan, to: journal)
            try await add("later", plan, to: journal)
        }
        #expect(try await kept(in: journal) == "done mine 5")
        #expect(receipt.answer == Array("done mine 5".utf8))
    }

    @Test("a change that is undone keeps no answer")
    func undone() async throws {
        let journal = try Journal.forTesting()
        let plan = try await Plan.make(in: journal)
        let receipt = Receipt(Self.key, fingerprint: [], by: .local) { _, _ in throw Failure() }
        await #expect(throws: Failure()) {
            try await Receipt.$current.withValue(receipt) { try await add("lost", plan, to: journal) }
        }
        #expect(receipt.answer == nil)
        #expect(try await kept(in: journal) == nil)
        #expect(try await journal.read { try $0.cards(of: plan.project.id) } == [])
    }

    @Test("whoever dies between commit and answer finds the answer beside the change, or neither")
    func death() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("journal.sqlite")
        let journal = try Journal.forTesting(.file(path))
        let plan = try await Plan.make(in: journal)
        let copies = Copies(path: path)
        journal.observe { _ in copies.take() }
        try await Receipt.$current.withValue(receipt()) { try await add("mine", plan, to: journal) }
        // Copied when the commit was told, before its caller heard of it.
        let risen = try Journal.forTesting(.file(copies.path), ids: SeededIDs(seed: 2))
        #expect(try await kept(in: risen) == "done mine 4")
        #expect(try await risen.read { try $0.cards(of: plan.project.id).map(\.title) } == ["mine"])
        await risen.close()
        await journal.close()
    }

    @Test("old ones go: by age, by number and by bytes")
    func bounds() async throws {
        let clock = ManualClock()
        let journal = try Journal.forTesting(clock: clock)
        func keep(_ name: String, bytes: Int = 10) async throws {
            try await journal.change(.hub, by: .system) { tx in
                try tx.keep(
                    Array(repeating: 65, count: bytes), fingerprint: [1], for: RequestKey(caller: "me", key: name))
            }
        }
        func names() async throws -> [String] {
            try await journal.read { try String.fetchAll($0.db, sql: "SELECT key FROM answers ORDER BY id") }
        }
        try await keep("old")
        clock.advance(by: .seconds(Receipt.keptSeconds + 1))
        try await keep("new")
        #expect(try await names() == ["new"])
        // A number far ahead stands for all that came in between.
        try await journal.change(.hub, by: .system) { tx in
            try tx.db.execute(
                sql: """
                    INSERT INTO answers (id, caller, key, madeAt, bytesTo, fingerprint, answer)
                    VALUES (\(Receipt.keptCountMax + 10), 'me', 'last', \(tx.now.millisecondsSince1970), 20, x'', x'')
                    """)
        }
        try await keep("next")
        #expect(try await names() == ["last", "next"])
        try await keep("large", bytes: Receipt.keptBytesMax)
        try await keep("tiny")
        #expect(try await names() == ["large", "tiny"])
    }
}

/// The database's files as they are at one moment.
private struct Copies: Sendable {
    let original: String
    var path: String { original + "-copy" }

    init(path: String) { original = path }

    func take() {
        do {
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: original + suffix, toPath: path + suffix)
            }
        } catch {
            Issue.record(error)
        }
    }
}
