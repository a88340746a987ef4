import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Synchronization
import Testing

@Suite("Runs of bots, with time that the test moves") struct BotRunTests {
    private func run(_ shop: Workshop, in project: Project, _ options: RunOptions = RunOptions()) async throws -> Run {
        try await shop.engine.createRun(
            project.id, CreateRun(provider: .bot, prompt: "Do it", options: options, start: true), by: Workshop.by
        ).value
    }

    private func claim(_ shop: Workshop, in project: Project, leaseMs: Int = 30_000) async throws -> BotAssignment {
        try #require(
            try await shop.engine.claimRun(
                project.id, ClaimRun(bot: "b", leaseMs: leaseMs, waitMs: 60_000)))
    }

    @Test("heartbeats keep the lease, and without them it ends when its time is over, not before")
    func lease() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let run = try await run(shop, in: project, RunOptions(onLeaseLost: .interrupt))
        let token = try await claim(shop, in: project, leaseMs: 30_000).lease.token
        for _ in 0..<5 {
            shop.clock.manual.advance(by: .seconds(20))
            _ = try await shop.engine.heartbeat(run.id, BotHeartbeat(token: token), by: Workshop.by)
        }
        #expect(try await shop.run(run.id).status == .running, "100 s with a lease of 30 s")
        // The driver may look at the clock before or after it is moved on.
        try await shop.wait("interrupted") {
            shop.clock.manual.advance(by: .seconds(31))
            return try await shop.run(run.id).status == .interrupted
        }
        let lost = try await shop.run(run.id)
        #expect(lost.interruptedReason?.contains("leaseMs") == true)
        let refusal = await #expect(throws: HubError.self) {
            _ = try await shop.engine.heartbeat(run.id, BotHeartbeat(token: token), by: Workshop.by)
        }
        #expect(refusal?.code == .leaseLost)
        await shop.close()
    }

    @Test("a hub that was away gives the bot its whole time again")
    func restart() async throws {
        var shop = try await Workshop()
        let project = try await shop.project()
        let run = try await run(shop, in: project)
        let token = try await claim(shop, in: project, leaseMs: 30_000).lease.token
        await shop.close()
        shop.clock.manual.advance(by: .seconds(3_600))
        shop = try await Workshop(after: shop)
        let orders = try await shop.engine.heartbeat(run.id, BotHeartbeat(token: token), by: Workshop.by)
        #expect(orders.state == .work)
        #expect(try await shop.run(run.id).status == .running)
        await shop.close()
    }

    @Test("a process that still ends when its run is a bot's already is seen to its end as the process that it is")
    func relayedToBot() async throws {
        var shop = try await Workshop()
        let project = try await shop.project()
        let script = "trap '' TERM; echo $$; while :; do sleep 0.05; done"
        let run = try await shop.command("sh", "-c", script, in: project)
        try await shop.wait("it has begun") { try await !shop.entries(of: run.id).isEmpty }
        let pid = try #require(try await shop.entries(of: run.id).first?.content.text.flatMap { Int32($0) })
        _ = try await shop.engine.stopRun(run.id, by: Workshop.by)
        _ = try await shop.engine.relayRun(run.id, RelayRun(text: "Go on", provider: .bot), by: Workshop.by)
        await shop.close()
        shop = try await Workshop(after: shop)
        try await shop.wait("it has ended") {
            try await shop.journal.read { try $0.processes(of: run.id).allSatisfy { $0.endedAt != nil } }
        }
        #expect(try !lives(pid))
        #expect(try await shop.journal.read { try $0.processes(of: run.id) }.map(\.status) == [.killed])
        let again = try await claim(shop, in: project)
        #expect(again.run.id == run.id)
        await shop.close()
    }

    @Test("one that fails to begin does not take the bot with it")
    func setupFails() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let scripts = Scripts(setup: Script(argv: ["false"]))
        _ = try await shop.engine.updateProject(project.id, UpdateProject(scripts: scripts), by: Workshop.by)
        let run = try await run(shop, in: project)
        let answers = Mutex<[BotAssignment?]>([])
        let claim = Task {
            let answer = try await shop.engine.claimRun(project.id, ClaimRun(bot: "b", waitMs: 20_000))
            answers.withLock { $0.append(answer) }
        }
        try await shop.wait(for: run.id, "failed") { $0.status == .failed }
        let other = Project.ID(ULID(milliseconds: 1, randomHigh: 2, randomLow: 3))
        await #expect(throws: HubError.self) { try await shop.engine.claimRun(other, ClaimRun(bot: "b")) }
        let isWaiting = answers.withLock { $0.isEmpty }
        #expect(isWaiting, "it waits for another run, as long as it wanted")
        // The claim may look at the clock before or after it is moved on.
        try await shop.wait("an answer") {
            shop.clock.manual.advance(by: .seconds(30))
            return answers.withLock { !$0.isEmpty }
        }
        try await claim.value
        let hasNone = answers.withLock { $0.count == 1 && $0[0] == nil }
        #expect(hasNone)
        await shop.close()
    }
}

@Suite("What an earlier hub had left in the queue") struct PacedRestartTests {
    @Test("starts bit by bit, and all of it in the end")
    func pace() async throws {
        var shop = try await Workshop(projectLimit: 1)
        let project = try await shop.project()
        let first = try await shop.command("sleep", "1000", in: project)
        var runs: [Run] = []
        for _ in 0..<7 { runs.append(try await shop.command("true", in: project)) }
        try await shop.wait(for: first.id, "running") { $0.status == .running }
        await shop.close()
        shop.clock.manual.advance(by: .seconds(1))
        shop = try await Workshop(hubLimit: 16, projectLimit: 16, after: shop)
        for run in runs { try await shop.wait(for: run.id, "completed") { $0.status == .completed } }
        let page = try await shop.journal.events(
            in: .project(project.id), after: 0, limit: 10_000, byteCountMax: 64 << 20)
        guard case .page(let events, _, _) = page else {
            Issue.record("the journal's beginning is gone")
            return
        }
        let paced = events.filter {
            String(decoding: $0.payload, as: UTF8.self).contains(#""heldBy":"pace""#)
        }
        #expect(!paced.isEmpty, "those behind were told that the hub has just begun")
        _ = try await shop.engine.cancelRun(first.id, by: Workshop.by)
        await shop.close()
    }
}
