import Broker
import Hub
import Journal
import Model
import RoostTesting

/// One hub, its clients, and chance. The same seed does the same things.
final class Simulation {
    private static let stepCount = 240
    private static let clientCount = 4
    private static let projectCount = 3
    /// What a connection's socket holds before nothing more is pulled for it.
    private static let wireFramesMax = 40

    private let hub: HubUnderTest
    private let work: Work
    private let clients = (0..<clientCount).map { _ in Client() }
    private var random: SeededRandom
    /// Each journal's, since it was last renewed.
    private var epochs: [JournalKey: String] = [:]

    init(seed: UInt64) async throws {
        random = SeededRandom(seed: seed)
        var (limits, broker) = (LiveLimits(), BrokerLimits())
        limits.historyPageEventsMax = Int.random(in: 1...12, using: &random)
        limits.historyPageBytesMax = Int.random(in: 1...4_000, using: &random)
        broker.ringBytesMax = [0, 2_000, 20_000].randomElement(using: &random) ?? 0
        broker.ringsTotalBytesMax = Int.random(in: 0...40_000, using: &random)
        broker.framesPerTurnMax = Int.random(in: 1...8, using: &random)
        broker.scannedPerPullMax = Int.random(in: 1...40, using: &random)
        hub = try HubUnderTest(seed: seed, limits: limits, brokerLimits: broker)
        work = Work(in: hub)
        for _ in 0..<Self.projectCount { try await work.addProject() }
    }

    func run() async throws {
        for _ in 0..<2 {
            for _ in 0..<Self.stepCount / 2 { try await step() }
            try await restart()
        }
        for _ in 0..<Self.stepCount / 10 { try await step() }
        try await finish()
    }

    private func step() async throws {
        guard let client = clients.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: for _ in 0..<Int.random(in: 1...3, using: &random) { try await work.step(using: &random) }
        case 30..<40: hub.tell(Int.random(in: 0...hub.untold.count, using: &random))
        case 40..<48: try await subscribe(client)
        case 48..<64: try pull(client)
        case 64..<70: client.connection?.follow()
        case 70..<80: _ = try await client.connection?.readOn()
        case 80..<95: _ = try client.read(Int.random(in: 1...20, using: &random), from: hub)
        case 95: leave(client)
        case 96..<98: client.drop()
        default: try await prune()
        }
    }

    private func pull(_ client: Client) throws {
        guard let connection = client.connection, connection.wire.count < Self.wireFramesMax else { return }
        _ = try connection.pull(byteCountMax: Int.random(in: 1...4_000, using: &random))
    }

    private func leave(_ client: Client) {
        guard let connection = client.connection, let channel = connection.channels.randomElement(using: &random)
        else { return }
        connection.unfollow(channel)
    }

    private func prune() async throws {
        guard let journal = journals.randomElement(using: &random) else { return }
        let head = hub.head(of: journal)
        try await hub.prune(journal, upTo: UInt64.random(in: 0...head, using: &random))
    }

    /// Down and up again: every connection breaks, and sometimes a history is a new one.
    private func restart() async throws {
        for client in clients { client.drop() }
        if Int.random(in: 0..<3, using: &random) == 0, let journal = journals.randomElement(using: &random) {
            epochs[journal] = "renewed\(UInt32.random(in: 0...(.max), using: &random))"
            try await hub.reopen(renewing: journal, as: epoch(of: journal))
        } else {
            try await hub.reopen()
        }
    }

    private var journals: [JournalKey] { [.hub] + work.places.map(\.journal) }
    private func epoch(of journal: JournalKey) -> String {
        epochs[journal] ?? hub.history[journal]?.first?.epoch ?? ""
    }
    private func head(of journal: JournalKey) -> JournalPosition {
        JournalPosition(epoch: epoch(of: journal), seq: hub.head(of: journal))
    }
}

// Who asks for what.
extension Simulation {
    private func subscribe(_ client: Client) async throws {
        guard client.connection?.isOpening != true else { return }
        if let old = client.known.randomElement(using: &random), Int.random(in: 0..<4, using: &random) != 0 {
            let isChanged = Int.random(in: 0..<6, using: &random) == 0
            let interest = isChanged ? filtered(old.interest) : old.interest
            let after = isChanged ? nil : somePosition(of: interest.journal, known: old.position)
            try await subscribe(client, interest, after: after)
        } else {
            let interest = filtered(try someInterest())
            let isFromStart = Int.random(in: 0..<4, using: &random) == 0
            let start = JournalPosition(epoch: epoch(of: interest.journal), seq: 0)
            try await subscribe(client, interest, after: isFromStart ? start : nil)
        }
    }

    private func subscribe(_ client: Client, _ interest: Interest, after: JournalPosition?) async throws {
        let (head, oldest) = (head(of: interest.journal), hub.oldest(of: interest.journal))
        let mustRecover = after.map { $0.epoch == head.epoch && $0.seq <= head.seq && $0.seq + 1 >= oldest } ?? false
        let request = Replica.Request(
            interest: interest, after: after, wantsSnapshot: Int.random(in: 0..<8, using: &random) != 0, head: head,
            mustRecover: mustRecover)
        guard try await !client.subscribe(request, to: hub) else { return }
        guard case .card(let id) = interest.channel, !work.places.contains(where: { $0.cards.contains(id) }) else {
            throw Violation("\(interest.channel) was refused")
        }
    }

    /// Mostly where the client is; else the start, somewhere kept or pruned, ahead of time, another history's.
    private func somePosition(of journal: JournalKey, known: JournalPosition?) -> JournalPosition? {
        let head = head(of: journal)
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return nil
        case 1: return JournalPosition(epoch: head.epoch, seq: 0)
        case 2...4: return JournalPosition(epoch: head.epoch, seq: UInt64.random(in: 0...head.seq, using: &random))
        case 5: return JournalPosition(epoch: head.epoch, seq: head.seq + UInt64.random(in: 1...9, using: &random))
        case 6: return JournalPosition(epoch: head.epoch, seq: UInt64(Int64.max))
        case 7: return JournalPosition(epoch: "stale", seq: UInt64.random(in: 0...head.seq, using: &random))
        case 8: return journals.randomElement(using: &random).map { self.head(of: $0) }
        default: return known
        }
    }

    private func someInterest() throws -> Interest {
        guard let place = work.places.randomElement(using: &random) else { throw Violation("there are no projects") }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return Interest(channel: .hub, journal: .hub)
        case 1...2:
            guard let card = place.allCards.randomElement(using: &random) else { break }
            return Interest(channel: .card(card), journal: place.journal)
        case 3...4:
            guard let run = place.runs.randomElement(using: &random) else { break }
            return Interest(channel: .run(run), journal: place.journal)
        default: break
        }
        return Interest(channel: .project(place.project), journal: place.journal)
    }

    private func filtered(_ interest: Interest) -> Interest {
        let place = work.places.first { $0.journal == interest.journal }
        var interest = interest
        switch Int.random(in: 0..<12, using: &random) {
        case 0: interest.filter = EventFilter(topics: ["card"])
        case 1: interest.filter = EventFilter(topics: ["run", "card", "project"])
        case 2: interest.filter = EventFilter(topics: ["entry"])
        case 3: interest.filter = EventFilter(types: ["card.moved", "run.updated", "entry.added"])
        case 4: interest.filter = EventFilter(cardId: place?.allCards.randomElement(using: &random))
        case 5: interest.filter = EventFilter(runId: place?.runs.randomElement(using: &random))
        default: interest.filter = EventFilter()
        }
        return interest
    }
}

// The end.
extension Simulation {
    /// Everybody comes back where he was, takes all there is, and is held against the database.
    private func finish() async throws {
        for client in clients {
            client.connection?.follow()
            try await settle()
            for replica in client.known where !replica.isFollowing {
                try await subscribe(client, replica.interest, after: replica.position)
                client.connection?.follow()
            }
        }
        try await settle()
        for client in clients {
            for replica in client.known {
                let interest = replica.interest
                let truth = try await hub.journal.read { try interest.things(in: $0) }
                do {
                    try replica.finish(in: hub.history[interest.journal, default: []], truth: truth)
                } catch {
                    throw Violation("\(interest): \(error)")
                }
            }
            client.drop()
        }
        try require(hub.live.broker.statistics.subscriptions == 0, "subscriptions outlive their connections")
        try await hub.close()
    }

    private func settle() async throws {
        hub.tell(hub.untold.count)
        for client in clients {
            var isBusy = true
            while isBusy {
                isBusy = try client.connection?.pull(byteCountMax: 4_000) ?? false
                if try await client.connection?.readOn() == true { isBusy = true }
                if try client.read(.max, from: hub) { isBusy = true }
            }
        }
    }
}
