import Foundation
import GRDB
import Model
import RoostTesting
import Testing

@testable import Journal

@Suite("Opening")
struct OpeningTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("journal.sqlite")
    }

    private func open(
        _ path: String? = nil, durability: Journal.Durability = .full, seed: UInt64 = 1, holder: String = ""
    ) throws -> Journal {
        try .forTesting(.file(path ?? self.path), durability: durability, ids: SeededIDs(seed: seed), holder: holder)
    }

    @Test("epochs, numbers and rows are the same after a restart")
    func reopened() async throws {
        let first = try open()
        let plan = try await Plan.make(in: first)
        let (before, hub) = (try await first.position(of: plan.scope), try await first.position(of: .hub))
        await first.close()

        let second = try open(seed: 2)
        #expect(try await second.position(of: plan.scope) == before)
        #expect(try await second.position(of: .hub) == hub)
        #expect(try await second.read { try $0.get(plan.project.id) } == plan.project)
        let after = try await second.change(plan.scope, by: .local) { tx in
            try tx.put(plan.card("next", in: tx), as: .cardCreated)
        }.position
        #expect(after == JournalPosition(epoch: before.epoch, seq: before.seq + 1))
        await second.close()
    }

    @Test("an epoch is 8 lowercase characters, another one in each file")
    func epochs() async throws {
        let (a, b) = (try open(), try open(folder.file("other.sqlite"), seed: 2))
        let epochs = [try await a.position(of: .hub).epoch, try await b.position(of: .hub).epoch]
        #expect(epochs[0] != epochs[1])
        for epoch in epochs { #expect(epoch.wholeMatch(of: /[0-9a-hjkmnp-tv-z]{8}/) != nil) }
        await a.close()
        await b.close()
    }

    @Test("what a hub that died had committed is there", arguments: Journal.Durability.allCases)
    func afterDeath(durability: Journal.Durability) async throws {
        let living = try open(durability: durability)
        let plan = try await Plan.make(in: living)
        // The files as a death at this moment leaves them: all is in the `-wal`, nothing of it in the database file.
        let copy = folder.file("copy.sqlite")
        for suffix in ["", "-wal", ".seal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        let risen = try open(copy)
        #expect(try await risen.read { try $0.get(plan.project.id) } == plan.project)
        #expect(try await risen.position(of: plan.scope) == (try await living.position(of: plan.scope)))
        await risen.close()
        await living.close()
    }

    @Test("the files are their owner's only")
    func permissions() async throws {
        let journal = try open()
        _ = try await Plan.make(in: journal)
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
        }
        await journal.close()
    }

    @Test("durability is SQLite's", arguments: [(Journal.Durability.full, 2), (.normal, 1)])
    func durability(durability: Journal.Durability, pragma: Int) async throws {
        let journal = try open(durability: durability)
        let measured = try await journal.change(.hub, by: .system) { tx in
            try Int.fetchOne(tx.db, sql: "PRAGMA synchronous")
        }.value
        #expect(measured == pragma)
        await journal.close()
    }

    @Test("a second hub is refused and told who the first is, until it has gone")
    func inUse() async throws {
        let first = try open(holder: "the first, with a long name")
        #expect(throws: JournalError.inUse(path: path, holder: "the first, with a long name")) { try open() }
        await first.close()
        let second = try open(holder: "the second")
        #expect(throws: JournalError.inUse(path: path, holder: "the second")) { try open() }
        await second.close()
    }

    @Test("a hub that does not say who it is refuses a second one, too")
    func inUseByNobody() async throws {
        let first = try open()
        #expect(throws: JournalError.inUse(path: path, holder: "")) { try open() }
        await first.close()
        await (try open()).close()
    }

    @Test("a file that is no database is refused and left alone")
    func notADatabase() throws {
        let text = Data(String(repeating: "not a database\n", count: 1_000).utf8)
        try text.write(to: URL(filePath: path))
        #expect(throws: JournalError.notAJournal(path: path, reason: "it is not an SQLite database")) { try open() }
        #expect(try Data(contentsOf: URL(filePath: path)) == text)
    }

    @Test("another program's database is refused and left alone")
    func anothersDatabase() throws {
        let other = try DatabaseQueue(path: path)
        try other.write { db in try db.execute(sql: "CREATE TABLE cards (id INTEGER)") }
        try other.close()
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(throws: JournalError.notAJournal(path: path, reason: "it is another program's database")) { try open() }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("a journal of a newer version is refused, and says what it has")
    func newerSchema() async throws {
        await (try open()).close()
        let file = try DatabaseQueue(path: path)
        try await file.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99-later')")
        }
        try file.close()
        #expect(throws: JournalError.newerSchema(path: path, migrations: ["99-later"])) { try open() }
    }

    @Test("a folder that is not there is named")
    func noFolder() {
        let path = folder.file("missing/journal.sqlite")
        #expect(throws: JournalError.notAJournal(path: path, reason: "No such file or directory")) { try open(path) }
    }
}
