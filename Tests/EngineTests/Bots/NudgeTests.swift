import Engine
import Foundation
import Journal
import Model
import RoostTesting
import Testing

@Suite("A silent bot") struct NudgeTests {
    @Test("is nudged once, and what it says ends the silence")
    func nudge() async throws {
        let shop = try await Workshop(stall: StallRule(afterSeconds: 60, action: .nudge))
        let project = try await shop.project()
        let run = try await shop.engine.createRun(
            project.id, CreateRun(provider: .bot, prompt: "Do it", start: true), by: Workshop.by
        ).value
        let claimed = try await shop.engine.claimRun(
            project.id, ClaimRun(bot: "b", leaseMs: 600_000, waitMs: 60_000))
        let token = try #require(claimed).lease.token
        try await shop.wait("its silence is noticed") {
            shop.clock.manual.advance(by: .seconds(15))
            return try await shop.run(run.id).stalledSince != nil
        }
        let orders = try await shop.engine.heartbeat(run.id, BotHeartbeat(token: token), by: Workshop.by)
        #expect(orders.messages.first?["text"]?.string?.contains("said nothing") == true)
        let said: JSONValue = ["type": "entry", "entry": ["kind": "thinking", "text": "I am here"]]
        _ = try await shop.engine.report(run.id, BotReport(token: token, items: [said]), by: Workshop.by)
        #expect(try await shop.run(run.id).stalledSince == nil)
        _ = try await shop.engine.heartbeat(run.id, BotHeartbeat(token: token, after: orders.next), by: Workshop.by)
        let end: JSONValue = ["type": "finish", "status": "completed"]
        _ = try await shop.engine.report(run.id, BotReport(token: token, items: [end]), by: Workshop.by)
        #expect(try await shop.wait(for: run.id).status == .completed, "it has heard all that it was told")
        await shop.close()
    }
}
