import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("How long the folders of processes are kept, with real processes") struct OutputRetentionTests {
    private static let keepSeconds = 3_600

    private func shop(after earlier: Workshop? = nil) async throws -> Workshop {
        var limits = EngineLimits()
        limits.processOutputKeepSeconds = Self.keepSeconds
        return try await Workshop(after: earlier, limits: limits)
    }

    private func process(of run: Run, in shop: Workshop) async throws -> ChildProcess {
        try #require(try await shop.journal.read { try $0.processes(of: run.id).first })
    }

    private func folder(of process: ChildProcess, in shop: Workshop) -> String {
        shop.folder.path + "/data/processes/" + process.id.rawValue
    }

    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test("that of a process that ended long ago goes; what lives, is young, or is not known stays")
    func retention() async throws {
        let shop = try await shop()
        let project = try await shop.project()
        let old = try await shop.wait(for: try await shop.command("echo", "said", in: project).id)
        let living = try await shop.command("sleep", "1000", in: project)
        try await shop.wait("it runs") {
            try await shop.journal.read { try $0.processes(of: living.id).first?.pid } != nil
        }
        let unknown = shop.folder.path + "/data/processes/prc_01ARZ3NDEKTSV4RRFFQ69G5FAV"
        let other = shop.folder.path + "/data/processes/mine"
        for path in [unknown, other] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let oldProcess = try await process(of: old, in: shop)
        shop.clock.manual.advance(by: .seconds(Self.keepSeconds - 60))
        let young = try await shop.wait(for: try await shop.command("echo", "young", in: project).id)
        let read = try await shop.engine.output(of: oldProcess.id, .stdout, from: 0, count: 100, waitMs: 0)
        #expect(read.text == "said\n")
        shop.clock.manual.advance(by: .seconds(61))
        await shop.close()

        // A hub that starts looks at once.
        let next = try await self.shop(after: shop)
        try await next.wait("it has gone") { !exists(folder(of: oldProcess, in: next)) }
        for run in [living, young] { #expect(exists(folder(of: try await process(of: run, in: next), in: next))) }
        #expect(exists(unknown) && exists(other))
        let late = await Result.of {
            try await next.engine.output(of: oldProcess.id, .stdout, from: 0, count: 100, waitMs: 0)
        }.hubError
        #expect(late?.code == .outputGone && late?.detail.contains("processOutputKeepSeconds") == true)
        let entries = try await next.entries(of: old.id)
        #expect(entries.contains { $0.content.text == "said" }, "what it said stays in the rows")

        // So does one that has been there for long.
        try await next.wait("the young one is old") {
            next.clock.manual.advance(by: .seconds(60))
            return try await !exists(folder(of: process(of: young, in: next), in: next))
        }
        #expect(exists(folder(of: try await process(of: living, in: next), in: next)), "it lives")
        _ = try await next.engine.cancelRun(living.id, by: Workshop.by)
        try await next.wait("it has ended") { try await process(of: living, in: next).endedAt != nil }
        await next.close()
    }
}
