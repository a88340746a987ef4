import Engine
import Journal
import Model
import RoostTesting
import Synchronization
import Testing

@Suite("Consumers")
struct ConsumerTests {
    private static let bot = Actor(.bot, name: "a bot")

    /// A project with `count` cards, and a consumer that wants to hear of cards from the beginning.
    private func shop(
        cards count: Int = 0, ackWaitMs: Int = 30_000, inFlightMax: Int = 64, deliveriesMax: Int = 3
    ) async throws -> (shop: Workshop, project: Project, consumer: Consumer) {
        let shop = try await Workshop()
        let project = try await shop.project()
        for number in 0..<count { _ = try await shop.card("Card \(number)", in: project) }
        let consumer = try await shop.engine.createConsumer(
            project.id,
            CreateConsumer(
                name: "bot", filter: Consumer.Filter(topics: ["card"]), ackWaitMs: ackWaitMs,
                inFlightMax: inFlightMax, deliveriesMax: deliveriesMax, from: "oldest"), by: Self.bot
        ).value
        return (shop, project, consumer)
    }

    private func pull(_ shop: Workshop, _ consumer: Consumer, _ count: Int = 50) async throws -> [HandedOut] {
        try await shop.engine.pullEvents(of: consumer.id, countMax: count, waitMs: 0, by: Self.bot)
    }

    private func stored(_ shop: Workshop, _ consumer: Consumer) async throws -> Consumer {
        try await shop.journal.read { try $0.required(consumer.id) }
    }

    @Test("an event is handed out once while a bot has it, and never again once it is acknowledged")
    func acknowledged() async throws {
        let (shop, _, consumer) = try await shop(cards: 3)
        let first = try await pull(shop, consumer, 2)
        let rest = try await pull(shop, consumer)
        #expect((first + rest).map(\.attempt) == [1, 1, 1])
        #expect(Set((first + rest).map(\.position.seq)).count == 3)
        let positions = (first + rest).map(\.position)
        #expect(try await shop.engine.acknowledge(consumer.id, positions, by: Self.bot) == 3)
        #expect(try await shop.engine.acknowledge(consumer.id, positions, by: Self.bot) == 0, "a second time")
        shop.clock.manual.advance(by: .seconds(3_600))
        #expect(try await pull(shop, consumer).isEmpty)
        await shop.close()
    }

    @Test("what it does not want is behind it, and can be forgotten without a gap")
    func passes() async throws {
        let (shop, project, consumer) = try await shop(cards: 1)
        #expect(try await pull(shop, consumer).count == 1)
        for number in 0..<5 {
            _ = try await shop.engine.updateProject(
                project.id, UpdateProject(name: "Name \(number)"), by: Workshop.by)
        }
        #expect(try await pull(shop, consumer).isEmpty)
        let (place, head) = try await shop.journal.read {
            (try $0.progress(of: consumer.id).position, try $0.position(of: .project(project.id)))
        }
        #expect(place == head)
        await shop.close()
    }

    @Test("a pull that is given up takes nothing")
    func givenUp() async throws {
        let (shop, project, consumer) = try await shop()
        let waiting = Task {
            try await shop.engine.pullEvents(of: consumer.id, countMax: 1, waitMs: 60_000, by: Self.bot)
        }
        waiting.cancel()
        _ = try await shop.card("Card", in: project)
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(try await pull(shop, consumer).map(\.attempt) == [1])
        await shop.close()
    }

    @Test("what is not acknowledged in time comes again, at last as a dead letter, which can be handed out anew")
    func redelivered() async throws {
        let (shop, _, consumer) = try await shop(cards: 1, ackWaitMs: 5_000, deliveriesMax: 2)
        let first = try #require(try await pull(shop, consumer).first)
        shop.clock.manual.advance(by: .milliseconds(4_999))
        #expect(try await pull(shop, consumer).isEmpty, "its time has not run out")
        shop.clock.manual.advance(by: .milliseconds(1))
        let second = try #require(try await pull(shop, consumer).first)
        #expect((second.position, second.attempt) == (first.position, 2))
        shop.clock.manual.advance(by: .seconds(5))
        #expect(try await pull(shop, consumer).isEmpty)
        #expect(try await stored(shop, consumer).deadLetters == 1)
        let dead = try await shop.journal.read { try $0.deadLetters(of: consumer.id, limit: 10) }
        #expect(dead.map(\.seq) == [first.position.seq])

        #expect(try await shop.engine.redeliver(consumer.id, [], by: Self.bot).value.deadLetters == 0)
        #expect(try await pull(shop, consumer).map(\.attempt) == [1])
        await shop.close()
    }

    @Test("a refusal brings the event back after its delay, with its reason when it is dead")
    func refused() async throws {
        let (shop, _, consumer) = try await shop(cards: 1, deliveriesMax: 2)
        let first = try #require(try await pull(shop, consumer).first)
        let refuse = { (reason: String) in
            try await shop.engine.refuse(
                consumer.id, [first.position], delayMs: 2_000, reason: reason, by: Self.bot)
        }
        #expect(try await refuse("busy") == 1)
        #expect(try await pull(shop, consumer).isEmpty)
        shop.clock.manual.advance(by: .seconds(2))
        #expect(try await pull(shop, consumer).map(\.attempt) == [2])
        #expect(try await refuse("broken") == 1)
        let dead = try await shop.journal.read { try $0.deadLetters(of: consumer.id, limit: 10) }
        #expect(dead.map(\.reason) == ["broken"])
        #expect(try await refuse("again") == 0, "it is dead")
        await shop.close()
    }

    @Test("no more than inFlightMax are under way, over all who pull")
    func inFlight() async throws {
        let (shop, _, consumer) = try await shop(cards: 5, inFlightMax: 2)
        #expect(try await pull(shop, consumer, 1).count == 1)
        #expect(try await pull(shop, consumer).count == 1)
        #expect(try await pull(shop, consumer).isEmpty)
        await shop.close()
    }

    @Test("bots that pull side by side share the events, none twice and none forgotten")
    func shared() async throws {
        let (shop, _, consumer) = try await shop(cards: 40)
        let seqs = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var seqs: [UInt64] = []
                    while true {
                        let events = try await shop.engine.pullEvents(
                            of: consumer.id, countMax: 3, waitMs: 0, by: Self.bot)
                        if events.isEmpty { return seqs }
                        seqs += events.map(\.position.seq)
                        _ = try await shop.engine.acknowledge(consumer.id, events.map(\.position), by: Self.bot)
                    }
                }
            }
            return try await group.reduce(into: [UInt64]()) { $0 += $1 }
        }
        #expect(seqs.count == 40)
        #expect(Set(seqs).count == 40)
        await shop.close()
    }

    @Test("a pull that waits is answered by the next event that it wants")
    func waits() async throws {
        let (shop, project, consumer) = try await shop()
        async let pulled = shop.engine.pullEvents(of: consumer.id, countMax: 5, waitMs: 60_000, by: Self.bot)
        await shop.clock.manual.waitForSleepers(2)
        _ = try await shop.engine.createBoard(
            project.id, CreateBoard(name: "unwanted"), by: Principal(starting: Self.bot))
        _ = try await shop.card("wanted", in: project)
        #expect(try await pulled.count == 1)

        // The first delivery's time runs out meanwhile. The pull may look at the clock before or after it is moved on.
        let attempts = Mutex<[Int]?>(nil)
        let again = Task {
            let events = try await shop.engine.pullEvents(of: consumer.id, countMax: 5, waitMs: 60_000, by: Self.bot)
            attempts.withLock { $0 = events.map(\.attempt) }
        }
        try await shop.wait("an answer") {
            shop.clock.manual.advance(by: .seconds(60))
            return attempts.withLock { $0 != nil }
        }
        try await again.value
        #expect(attempts.withLock(\.self) == [2])
        await shop.close()
    }

    @Test("what was handed out before a crash comes again after it, and what was acknowledged does not")
    func crash() async throws {
        let (shop, _, consumer) = try await shop(cards: 3)
        let events = try await pull(shop, consumer, 2)
        _ = try await shop.engine.acknowledge(consumer.id, [events[0].position], by: Self.bot)
        await shop.close()
        let next = try await Workshop(after: shop)
        next.clock.manual.advance(by: .seconds(3_600))
        let again = try await pull(next, consumer)
        #expect(again.map(\.attempt) == [2, 1])
        #expect(again.first?.position == events[1].position)
        #expect(again.allSatisfy { $0.position != events[0].position })
        await next.close()
    }

    @Test("a consumer that goes back sees everything again; one that goes to the newest, only what comes")
    func seek() async throws {
        let (shop, project, consumer) = try await shop(cards: 2)
        let events = try await pull(shop, consumer)
        _ = try await shop.engine.acknowledge(consumer.id, events.map(\.position), by: Self.bot)
        _ = try await shop.engine.seekConsumer(consumer.id, to: "oldest", by: Self.bot)
        #expect(try await pull(shop, consumer).map(\.position) == events.map(\.position))
        _ = try await shop.engine.seekConsumer(consumer.id, to: "newest", by: Self.bot)
        #expect(try await pull(shop, consumer).isEmpty)
        _ = try await shop.card("new", in: project)
        #expect(try await pull(shop, consumer).count == 1)
        await #expect(throws: HubError.self) {
            _ = try await shop.engine.seekConsumer(consumer.id, to: "nowhere-1", by: Self.bot)
        }
        await shop.close()
    }

    @Test("a paused consumer is handed nothing")
    func paused() async throws {
        let (shop, _, consumer) = try await shop(cards: 1)
        _ = try await shop.engine.updateConsumer(consumer.id, UpdateConsumer(status: .paused), by: Self.bot)
        await #expect(throws: HubError.illegal("pull", "consumer \(consumer.id)", currentStatus: "paused")) {
            _ = try await pull(shop, consumer)
        }
        _ = try await shop.engine.updateConsumer(consumer.id, UpdateConsumer(status: .active), by: Self.bot)
        #expect(try await pull(shop, consumer).count == 1)
        await shop.close()
    }

    @Test("a bot that refuses everything is not told of its own refusals")
    func noEcho() async throws {
        let shop = try await Workshop()
        let project = try await shop.project()
        let consumer = try await shop.engine.createConsumer(
            project.id, CreateConsumer(name: "all", deliveriesMax: 1), by: Self.bot
        ).value
        _ = try await shop.card("one", in: project)
        let events = try await pull(shop, consumer)
        #expect(!events.isEmpty)
        _ = try await shop.engine.refuse(
            consumer.id, events.map(\.position), delayMs: 0, reason: nil, by: Self.bot)
        #expect(try await stored(shop, consumer).deadLetters == events.count)
        #expect(try await pull(shop, consumer).isEmpty)
        await shop.close()
    }

    @Test("a project has consumersPerProjectMax, and each name once")
    func limits() async throws {
        let (shop, project, _) = try await shop()
        for number in 1..<ConsumerLimits.perProjectMax {
            _ = try await shop.engine.createConsumer(project.id, CreateConsumer(name: "\(number)"), by: Self.bot)
        }
        let refusal = await #expect(throws: HubError.self) {
            _ = try await shop.engine.createConsumer(project.id, CreateConsumer(name: "more"), by: Self.bot)
        }
        #expect(refusal?.members["limit"] == "consumersPerProjectMax")
        await shop.close()
    }
}
