import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("Rows and reality, which are compared each minute") struct ReconciliationTests {
    /// Moves the time on until something is so.
    private func wait(_ what: String, in shop: Workshop, until isSo: () async throws -> Bool) async throws {
        try await shop.wait(what) {
            shop.clock.manual.advance(by: .seconds(10))
            return try await isSo()
        }
    }

    private func ended(_ shop: Workshop, _ project: Project) async throws -> Run {
        try await shop.wait(for: try await shop.command("touch", "x", in: project).id)
    }

    @Test("a run that reads as running and has no process is interrupted, and says why")
    func alone() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let other = try await ended(shop, project)
        let run = try await shop.journal.change(.project(project.id), by: .system) { tx in
            var run = try tx.required(other.id)
            _ = try run.apply(.followUp, at: tx.now)
            _ = try run.apply(.dispatched, at: tx.now)
            try tx.put(run, as: .runStarted)
            return run
        }.value
        #expect(run.status == .running)
        try await wait("it is noticed", in: shop) { try await shop.run(run.id).status == .interrupted }
        #expect(try await shop.run(run.id).interruptedReason == "the hub found no process of it")
        // It is a run like any other.
        _ = try await shop.engine.sendMessage(run.id, SendMessage(text: "again"), by: Workshop.by)
        #expect(try await shop.wait(for: run.id).status == .completed)
        await shop.close()
    }

    @Test("a process that has not ended and is driven by nobody is seen through")
    func undriven() async throws {
        let shop = try await Workshop()
        var project = try await shop.project()
        project = try await shop.engine.updateProject(
            project.id, UpdateProject(scripts: Scripts(verify: Script(argv: ["sh", "-c", "echo checked; exit 4"]))),
            by: Workshop.by
        ).value
        let run = try await ended(shop, project)
        let script = try await shop.journal.change(.project(project.id), by: .system) { tx in
            let process = ChildProcess(
                id: tx.make(), projectId: run.projectId, cardId: nil, runId: run.id, reason: .verifyscript, argv: [],
                at: tx.now)
            try tx.put(process, as: .processCreated)
            return process
        }.value
        try await wait("it is seen through", in: shop) {
            try await shop.journal.read { try $0.required(script.id).endedAt != nil }
        }
        #expect(try await shop.journal.read { try $0.required(script.id) }.exitCode == 4)
        await shop.close()
    }
}
