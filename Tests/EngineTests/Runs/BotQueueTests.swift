import Model
import RoostTesting
import Testing

@testable import Engine

@Suite struct BotQueueTests {
    private let ids = SeededIDs(seed: 1)

    private func member(_ project: Project.ID, bot: String? = nil, provider: Provider = .bot) -> RunQueue.Member {
        RunQueue.Member(run: Run.ID(ids.next()), project: project, provider: provider, bot: bot)
    }

    private func claim(_ id: String, _ project: Project.ID, _ bot: String) -> BotClaim {
        BotClaim(id: id, project: project, bot: bot, leaseMs: 1_000)
    }

    @Test("a run for bots starts when one waits for it, of its project and name, the first come first")
    func claims() {
        let (one, other) = (Project.ID(ids.next()), Project.ID(ids.next()))
        let queued = [member(one, bot: "painter"), member(one), member(other), member(one, provider: .demo)]
        var limits = RunQueue.Limits(hub: 8, project: 8)
        limits.bots = [claim("1", one, "plumber"), claim("2", one, "painter"), claim("3", one, "plumber")]
        let decision = RunQueue(limits: limits).decide(queued, occupied: [])
        #expect(Set(decision.admitted) == [queued[0].run, queued[1].run, queued[3].run])
        #expect(decision.claims.mapValues(\.id) == [queued[0].run: "2", queued[1].run: "1"])
        #expect(decision.waiting.map(\.place.heldBy) == [.bot])
    }

    @Test("a bot's run waits for its project's limit like any other, and its bot waits on")
    func limits() {
        let project = Project.ID(ids.next())
        let queued = [member(project), member(project)]
        var limits = RunQueue.Limits(hub: 8, project: 1)
        limits.bots = [claim("1", project, "b"), claim("2", project, "b")]
        let decision = RunQueue(limits: limits).decide(queued, occupied: [])
        #expect(decision.claims.values.map(\.id) == ["1"])
        #expect(decision.waiting.map(\.place.heldBy) == [.project])
    }

    @Test(
        "who has got a run and not heard of it cannot leave; whose run failed to begin waits again, before the others")
    func rank() {
        let project = Project.ID(ids.next())
        var rank = BotRank()
        rank.join(claim("1", project, "b"))
        rank.join(claim("2", project, "b"))
        let (first, again) = (rank.seat("1"), rank.seat("1"))
        #expect(first)
        #expect(!again, "once")
        let hasLeft = rank.leave("1")
        #expect(!hasLeft)
        #expect(rank.waiting.map(\.id) == ["2"])
        rank.rejoin("1")
        #expect(rank.waiting.map(\.id) == ["1", "2"])
        let hasLeftNow = rank.leave("1")
        #expect(hasLeftNow)
        rank.forget("2")
        #expect(rank.waiting.isEmpty)
    }
}
