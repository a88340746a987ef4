import Broker
import Hub
import Journal
import Model
import RoostTesting
import Testing

@Suite("Slow and late viewers", .timeLimit(.minutes(2))) struct BackpressureTests {
    @Test("get everything in order once they read again, from the journal where the ring is too short")
    func stalled() async throws {
        try await LiveWorld.run(
            limits: {
                $0.pendingBytesMax = 32 << 10
                $0.historyPageEventsMax = 50
            }, broker: { $0.ringBytesMax = 64 << 10 }
        ) { world in
            let (slow, quick) = (try await SocketClient.connect(to: world), try await SocketClient.connect(to: world))
            for client in [slow, quick] {
                try await client.subscribe(["projectId": "website", "filter": ["topics": ["card"]]])
            }
            slow.setReceiving(false)
            // More than a loopback socket holds by itself.
            let prompt = String(repeating: "x", count: 32 << 10)
            let first = try await world.position().seq
            for number in 1...400 {
                try await world.addCard(prompt: prompt)
                #expect(try await quick.next()["seq"]?.integer == Int64(first) + Int64(number))
            }
            #expect(world.hub.broker.statistics.ringBytes <= 64 << 10)
            slow.setReceiving(true)
            var received: [Int64] = []
            while received.count < 400 { received.append(try await slow.next()["seq"]?.integer ?? -1) }
            #expect(received == (1...400).map { Int64(first) + $0 })
            #expect(world.hub.broker.statistics.behind > 0)
        }
    }

    @Test("get what is there together as one message, if they asked for that, from the ring and from the journal")
    func batches() async throws {
        try await LiveWorld.run(broker: { $0.ringBytesMax = 16 << 10 }) { world in
            for number in 1...200 { try await world.addCard("\(number)", prompt: String(repeating: "x", count: 200)) }
            let head = try await world.position()
            let client = try await SocketClient.connect(to: world, "?batch=1")
            try await client.subscribe(["projectId": "website", "after": .string("\(head.epoch)-0")])
            var (seqs, messageCount): ([Int64], Int) = ([], 0)
            while seqs.count < head.seq {
                let message = try await client.next()
                seqs += (message.array ?? [message]).compactMap { $0["seq"]?.integer }
                messageCount += 1
            }
            #expect(seqs == Array(1...Int64(head.seq)))
            #expect(messageCount < seqs.count / 4)
            #expect(world.hub.broker.statistics.behind > 0, "not all of it was in the ring")
        }
    }

    @Test("come at any moment and hold the rows in the end", arguments: 0..<4 as Range<UInt64>)
    func sameState(seed: UInt64) async throws {
        try await LiveWorld.run(broker: { $0.ringBytesMax = 8 << 10 }) { world in
            let writing = Task { try await Self.write(in: world, seed: seed) }
            var states: [[String: JSONValue]] = []
            for _ in 0..<5 { states.append(try await Self.follow(world)) }
            try await writing.value
            let stored = try await world.journal.read { try $0.cards(of: world.project.id) }
            for state in states { #expect(state.count <= stored.count) }
            let last = try await Self.follow(world)
            #expect(
                last.mapValues { $0["title"]?.string }
                    == Dictionary(
                        uniqueKeysWithValues: stored.map { ($0.id.rawValue, $0.title) }))
        }
    }

    private static let cardCount = 60

    /// Makes cards, renames some, ends with a card named `end`.
    private static func write(in world: LiveWorld, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var cards: [Card] = []
        for number in 0..<cardCount {
            cards.append(try await world.addCard("card \(number)"))
            var card = cards[Int.random(in: 0..<cards.count, using: &random)]
            card.title += "!"
            let changed = card
            _ = try await world.journal.change(world.scope, by: .local) { try $0.put(changed, as: .cardUpdated) }
        }
        try await world.addCard("end")
    }

    /// A snapshot, and every event until the last card is there. Drops the connection once on the way.
    private static func follow(_ world: LiveWorld) async throws -> [String: JSONValue] {
        var client = try await SocketClient.connect(to: world)
        let data = try await client.subscribe(["projectId": "website", "snapshot": true])
        var cards: [String: JSONValue] = [:]
        for card in data["snapshot"]?["cards"]?.array ?? [] { cards[card["id"]?.string ?? ""] = card }
        guard let epoch = data["epoch"]?.string, var seq = data["seq"]?.integer else { throw MissingPosition() }
        var count = 0
        while !cards.values.contains(where: { $0["title"] == "end" }) {
            let event = try await client.next()
            #expect(event["seq"]?.integer == seq + 1)
            seq += 1
            if let card = event["data"], let id = card["id"]?.string { cards[id] = card }
            count += 1
            if count == 5 {
                client.close()
                client = try await SocketClient.connect(to: world)
                let again = try await client.subscribe(["projectId": "website", "after": .string("\(epoch)-\(seq)")])
                #expect(again["recovered"] == true)
            }
        }
        return cards
    }

    private struct MissingPosition: Error {}
}
