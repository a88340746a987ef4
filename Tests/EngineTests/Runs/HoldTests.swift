import Foundation
import Journal
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("A worktree is in the hands of one")
struct HoldTests {
    @Test("no verb has the worktree of a run that is getting its place")
    func whileItIsDispatched() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .command, options: RunOptions(argv: ["true"])), by: Workshop.by
        ).value
        let scheduler = shop.engine.scheduler
        #expect(await scheduler.hold(run.id))
        _ = try await shop.engine.startRun(run.id, by: Workshop.by)
        // What is to be written waits from here on, and with it the run's place.
        let (gate, begun) = (DispatchSemaphore(value: 0), AsyncStream<Void>.makeStream())
        let blocker = Task {
            try await shop.journal.change(.project(project.id), by: .system) { _ in
                begun.continuation.yield()
                gate.wait()
            }
        }
        for await _ in begun.stream { break }
        await scheduler.release(run.id)
        try await shop.wait("it is getting its place") {
            guard await scheduler.hold(run.id) else { return true }
            await scheduler.release(run.id)
            return false
        }
        #expect(try await shop.run(run.id).status == .queued)
        gate.signal()
        _ = try await blocker.value
        #expect(try await shop.wait(for: run.id).status == .completed)
        await shop.close()
    }
}
