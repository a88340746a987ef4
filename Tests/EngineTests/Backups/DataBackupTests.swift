import Foundation
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Backups of all data")
struct DataBackupTests {
    private static func attach(_ text: String, _ workshop: Workshop) async throws -> Model.Attachment {
        let project =
            if let known = try await workshop.journal.read({ try $0.projects(limit: 1) }).first { known } else {
                try await workshop.project()
            }
        let card = try await workshop.card(text, in: project)
        let upload = try await workshop.engine.beginAttachment(to: card.id, byteCount: text.utf8.count)
        try await upload.write(Array(text.utf8))
        return try await workshop.engine.finishAttachment(
            upload, filename: "a.txt", contentType: "text/plain", by: Workshop.principal
        ).value
    }

    private static func end(_ id: Job.ID, _ workshop: Workshop) async throws -> Job {
        var job = try await workshop.journal.read { try $0.required(id) }
        try await workshop.wait("the job is over") {
            job = try await workshop.journal.read { try $0.required(id) }
            return job.status.isOver
        }
        return job
    }

    private static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test("a hub at work makes one of rows and files; a restore brings both back and keeps what was there")
    func round() async throws {
        let workshop = try await Workshop()
        let data = workshop.engine.settings.dataFolder
        let kept = try await Self.attach("in it", workshop)
        let before = try await workshop.journal.position(of: .hub)
        let job = try await Self.end(try await workshop.engine.makeBackup(by: Workshop.by).value.id, workshop)
        #expect(job.error == nil)
        let item = try #require(try workshop.engine.backups.list().first)
        #expect(job.result?["backup"] == .string(item.name))
        #expect((item.attachments, item.byteCount) == (1, Int(job.result?["byteCount"]?.integer ?? 0)))
        let folder = data + "/backups/" + item.name
        #expect(try Self.names(in: folder) == ["attachments", "manifest.json", "roost.sqlite"])
        #expect(try Examination(path: folder + "/roost.sqlite").run() == [])
        _ = try await workshop.engine.deleteAttachment(kept.id, by: Workshop.principal)
        let later = try await Self.attach("after it", workshop)
        let restore = DataRestore(folder, to: data, label: "then", ids: SeededIDs(seed: 7))
        #expect(throws: JournalError.inUse(path: data + "/roost.sqlite", holder: "")) { try restore.run() }
        await workshop.close()

        let aside = try restore.run()
        #expect(aside == [data + "/roost.sqlite.before-then", data + "/attachments.before-then"])
        #expect(try Self.names(in: try #require(aside.last)) == [later.storedName])
        let next = try await Workshop(after: workshop)
        #expect(try Self.names(in: data + "/attachments") == [kept.storedName])
        #expect(FileManager.default.contents(atPath: data + "/attachments/" + kept.storedName) == Data("in it".utf8))
        let cards = try await next.journal.read { reader in
            try reader.projects().flatMap { try reader.cards(of: $0.id) }
        }
        #expect(cards.map(\.title) == ["in it"])
        #expect(try await next.journal.position(of: .hub).epoch != before.epoch)
        // The job that made it was not over when it was copied.
        #expect(try await next.journal.read { try $0.required(job.id).error?.reason } == .interrupted)
        await next.close()
    }

    @Test("the oldest go when there are more than backupsMax; one can be removed, and once") func bounded() async throws
    {
        let workshop = try await Workshop()
        let folder = workshop.engine.backups
        for _ in 0...JobLimits().backupsMax {
            workshop.clock.manual.advance(by: .seconds(1))
            _ = try await Self.end(try await workshop.engine.makeBackup(by: Workshop.by).value.id, workshop)
        }
        let names = try folder.list().map(\.name)
        #expect(names.count == JobLimits().backupsMax)
        #expect(names == names.sorted(by: >))
        try folder.remove(names[0])
        #expect(throws: HubError.self) { try folder.remove(names[0]) }
        for wrong in ["../attachments", "..", "", ".partial-x", "roost.sqlite"] {
            #expect(throws: HubError.self) { try folder.remove(wrong) }
        }
        #expect(try folder.list().map(\.name) == Array(names.dropFirst()))
        await workshop.close()
    }

    @Test("one that is broken off at any step leaves nothing that looks like one", arguments: 0..<4)
    func brokenOff(step: Int) async throws {
        let workshop = try await Workshop()
        _ = try await Self.attach("a file", workshop)
        let data = workshop.engine.settings.dataFolder
        try workshop.engine.backups.prepare()
        let folder = workshop.engine.backups.place(of: "20250101T000000000Z")
        let backup = DataBackup(of: data, to: folder)
        var steps = 0
        #expect(throws: CancellationError.self) {
            try backup.run(at: workshop.clock.now()) { _, _ in
                if steps == step { throw CancellationError() }
                steps += 1
            }
        }
        #expect(steps == step)
        #expect(try Self.names(in: data + "/backups").isEmpty)
        // What a killed hub leaves is the same with its name of before; the next start removes it.
        try FileManager.default.createDirectory(
            atPath: data + "/backups/.partial-20250101T000000000Z/attachments", withIntermediateDirectories: true)
        #expect(try workshop.engine.backups.list().isEmpty)
        await workshop.close()
        let next = try await Workshop(after: workshop)
        #expect(try Self.names(in: data + "/backups").isEmpty)
        _ = try DataBackup(of: data, to: folder).run(at: workshop.clock.now())
        #expect(throws: JournalError.exists(path: folder)) {
            try DataBackup(of: data, to: folder).run(at: workshop.clock.now())
        }
        await next.close()
    }

    @Test("on a full disk it says so and leaves nothing", .enabled(if: SmallDisk.canBeMade)) func full() async throws {
        let workshop = try await Workshop()
        _ = try await Self.attach(String(repeating: "x", count: 300 << 10), workshop)
        let disk = try SmallDisk(byteCount: 256 << 10)
        let backup = DataBackup(of: workshop.engine.settings.dataFolder, to: disk.path + "/backup")
        #expect(throws: JournalError.full) { try backup.run(at: workshop.clock.now()) }
        #expect(try Self.names(in: disk.path).isEmpty)
        await workshop.close()
    }

    @Test("what is no whole backup is not restored") func notWhole() async throws {
        let workshop = try await Workshop()
        _ = try await Self.attach("a file", workshop)
        let data = workshop.engine.settings.dataFolder
        let folder = workshop.folder.file("copy")
        _ = try DataBackup(of: data, to: folder).run(at: workshop.clock.now())
        await workshop.close()
        let restore = DataRestore(folder, to: data, label: "then", ids: SeededIDs(seed: 7))
        let file = try #require(try Self.names(in: folder + "/attachments").first)
        try FileManager.default.removeItem(atPath: folder + "/attachments/" + file)
        #expect(throws: JournalError.self) { try restore.run() }
        try FileManager.default.removeItem(atPath: folder + "/manifest.json")
        #expect(throws: JournalError.self) { try restore.run() }
        #expect(try Self.names(in: data).filter { $0.contains("before") }.isEmpty)
    }
}
