import Foundation
import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Backup, restore, and files that were exchanged")
struct BackupTests {
    let folder: TemporaryFolder
    let path: String
    let copy: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("roost.sqlite")
        copy = folder.file("backup.sqlite")
    }

    private func open(_ path: String? = nil, seed: UInt64) throws -> Journal {
        try .forTesting(.file(path ?? self.path), ids: SeededIDs(seed: seed))
    }

    private func add(_ title: String, _ plan: Plan, to journal: Journal) async throws {
        try await journal.change(plan.scope, by: .local) { tx in
            try tx.put(plan.card(title, in: tx), as: .cardCreated)
        }
    }

    private func titles(_ plan: Plan, in journal: Journal) async throws -> [String] {
        try await journal.read { try $0.cards(of: plan.project.id).map(\.title) }
    }

    @Test("a backup of a hub at work is whole and sound, and never written over")
    func backup() async throws {
        let journal = try open(seed: 1)
        let plan = try await Plan.make(in: journal)
        try await add("in it", plan, to: journal)
        try Backup(of: path, to: copy).run()
        try await add("after it", plan, to: journal)
        #expect(try Examination(path: copy).run() == [])
        #expect(throws: JournalError.exists(path: copy)) { try Backup(of: path, to: copy).run() }
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
        await journal.close()
    }

    @Test("one that was broken off leaves no file of that name, and can be made again")
    func brokenBackup() async throws {
        let journal = try open(seed: 1)
        _ = try await Plan.make(in: journal)
        let backup = Backup(of: path, to: copy)
        try backup.copy()
        #expect(!FileManager.default.fileExists(atPath: copy))
        try backup.run()
        #expect(try Examination(path: copy).run() == [])
        await journal.close()
    }

    @Test("a restore brings the old state back under new epochs, keeps what was there, and needs the hub stopped")
    func restore() async throws {
        let first = try open(seed: 1)
        let plan = try await Plan.make(in: first)
        try await add("in it", plan, to: first)
        try Backup(of: path, to: copy).run()
        try await add("after it", plan, to: first)
        let before = [try await first.position(of: .hub), try await first.position(of: plan.scope)]
        let restore = Restore(copy, to: path, label: "then", ids: SeededIDs(seed: 7))
        #expect(throws: JournalError.inUse(path: path, holder: "")) { try restore.run() }
        await first.close()
        try restore.run()
        let second = try open(seed: 2)
        #expect(try await titles(plan, in: second) == ["in it"])
        let after = [try await second.position(of: .hub), try await second.position(of: plan.scope)]
        #expect(Set((before + after).map(\.epoch)).count == 4)
        await second.close()
        let old = try open(restore.aside, seed: 3)
        #expect(try await titles(plan, in: old) == ["in it", "after it"])
        await old.close()
    }

    @Test(
        "a restore that is broken off before its last step leaves the old state, and can be begun again",
        arguments: 0..<8)
    func brokenRestore(steps: Int) async throws {
        let first = try open(seed: 1)
        let plan = try await Plan.make(in: first)
        try Backup(of: path, to: copy).run()
        try await add("after it", plan, to: first)
        await first.close()
        let restore = Restore(copy, to: path, label: "then", ids: SeededIDs(seed: 7))
        #expect(restore.steps.count == 7)
        for step in restore.steps.prefix(steps) { try step() }
        let second = try open(seed: 2)
        #expect(try await titles(plan, in: second) == (steps < 7 ? ["after it"] : []))
        await second.close()
        #expect(try Examination(path: path).run() == [])
        try Restore(copy, to: path, label: "later", ids: SeededIDs(seed: 8)).run()
        let third = try open(seed: 3)
        #expect(try await titles(plan, in: third) == [])
        await third.close()
    }

    @Test("a damaged backup is refused, and nothing is touched")
    func damaged() async throws {
        let first = try open(seed: 1)
        let plan = try await Plan.make(in: first)
        try Backup(of: path, to: copy).run()
        await first.close()
        let file = try DatabaseQueue(path: copy)
        try await file.write { try $0.execute(sql: "DELETE FROM events WHERE seq = 2") }
        try file.close()
        #expect(throws: JournalError.self) {
            try Restore(copy, to: path, label: "then", ids: SeededIDs(seed: 7)).run()
        }
        let second = try open(seed: 2)
        #expect(try await second.position(of: plan.scope).seq == 3)
        await second.close()
    }

    @Test("an older copy put in place by hand is noticed: by its numbers, and by its nonce")
    func exchanged() async throws {
        let first = try open(seed: 1)
        let plan = try await Plan.make(in: first)
        try Backup(of: path, to: copy).run()
        try await add("after it", plan, to: first)
        let before = try await first.position(of: plan.scope)
        await first.close()
        let same = try open(seed: 2)
        #expect(try await same.position(of: plan.scope) == before, "nothing was exchanged")
        await same.close()

        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.copyItem(atPath: copy, toPath: path)
        let second = try open(seed: 3)
        let after = try await second.position(of: plan.scope)
        #expect(after.seq == 3 && after.epoch != before.epoch)
        // Now longer than the copy, which has another nonce all the same.
        await second.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.copyItem(atPath: copy, toPath: path)
        let third = try open(seed: 4)
        #expect(try await third.position(of: plan.scope).epoch != before.epoch)
        await third.close()
    }

    @Test("what hangs off a card or a project is examined like everything else") func kinds() async throws {
        let journal = try open(seed: 1)
        let plan = try await Plan.make(in: journal)
        try await journal.change(plan.scope, by: .local) { tx in
            let card = plan.card("with a file", in: tx)
            try tx.put(card, as: .cardCreated)
            try tx.put(
                Model.Attachment(
                    id: tx.make(), projectId: plan.project.id, cardId: card.id, filename: "a", contentType: "b/c",
                    byteCount: 1, hash: nil, at: tx.now), as: .attachmentCreated)
            try tx.put(
                Consumer(
                    id: tx.make(), projectId: plan.project.id, name: "bot", filter: .init(), ackWaitMs: 1,
                    inFlightMax: 1, deliveriesMax: 1, webhookUrl: nil, at: tx.now), as: .consumerCreated)
        }
        #expect(try Examination(path: path).run() == [])
    }

    @Test(
        "what does not hold is found",
        arguments: [
            ("DELETE FROM events WHERE seq = 2 AND journal > 1", "should have the events"),
            ("UPDATE journals SET seq = 9 WHERE id = 1", "should have the events"),
            ("UPDATE journals SET bytes = 1 WHERE id = 2", "bytes"),
            ("UPDATE columns SET body = CAST('{}' AS BLOB)", "is not what the last event"),
            ("DELETE FROM columns", "has no row"),
        ])
    func examination(damage: String, complaint: String) async throws {
        let journal = try open(seed: 1)
        _ = try await Plan.make(in: journal)
        #expect(try Examination(path: path).run() == [])
        await journal.close()
        let file = try DatabaseQueue(path: path)
        try await file.write { try $0.execute(sql: damage) }
        try file.close()
        #expect(try Examination(path: path).run().contains { $0.contains(complaint) })
    }
}
