import Broker
import Journal
import Model
import RoostTesting
import Wire

@testable import Hub

/// One hub, its clients, and chance. The same seed does the same things.
final class Simulation {
    private static let stepCount = 240
    private static let clientCount = 5
    private static let personCount = 4
    private static let projectCount = 3
    /// What a connection's socket holds before nothing more is pulled for it.
    private static let wireFramesMax = 40

    private let hub: HubUnderTest
    private let work: Work
    private let people: People
    private let clients = (0..<clientCount).map { Client(named: "client \($0)", isRecognised: $0 % 2 == 0) }
    /// Of the streams over all projects: of the first two persons.
    private let overseers: [ProjectsClient]
    private var random: SeededRandom
    /// Each journal's, since it was last renewed.
    private var epochs: [JournalKey: String] = [:]
    /// Of the copy of the data: who and what there was.
    private var copy: (places: [Work.Place], archived: [Work.Place], persons: [People.Person])?
    private let sharesSnapshots: Bool

    init(seed: UInt64) async throws {
        random = SeededRandom(seed: seed)
        var (limits, broker) = (LiveLimits(), BrokerLimits())
        limits.historyPageEventsMax = Int.random(in: 1...12, using: &random)
        limits.historyPageBytesMax = Int.random(in: 1...4_000, using: &random)
        broker.ringBytesMax = [0, 2_000, 20_000].randomElement(using: &random) ?? 0
        broker.ringsTotalBytesMax = Int.random(in: 0...40_000, using: &random)
        broker.framesPerTurnMax = Int.random(in: 1...8, using: &random)
        broker.scannedPerPullMax = Int.random(in: 1...40, using: &random)
        broker.membersPerChannelMax = Int.random(in: 1...5, using: &random)
        let filter = [EventFilter(), EventFilter(topics: ["card"]), EventFilter(topics: ["run", "project"])]
            .randomElement(using: &random)
        overseers = [ProjectsClient(EventFilter()), ProjectsClient(filter ?? EventFilter())]
        sharesSnapshots = Bool.random(using: &random)
        if sharesSnapshots {
            limits.sharedSnapshotBytesMin = Int.random(in: 1...8_000, using: &random)
            limits.snapshotsTotalBytesMax = Int.random(in: 1...60_000, using: &random)
        }
        hub = try HubUnderTest(seed: seed, limits: limits, brokerLimits: broker)
        work = Work(in: hub)
        people = People(in: hub)
        for _ in 0..<Self.projectCount { try await work.addProject() }
        for number in 0..<Self.personCount { try await people.add(number == 0 ? .admin : .member) }
        for _ in 0..<Self.personCount * Self.projectCount { try await changeRights() }
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
        case 30..<38: hub.tell(Int.random(in: 0...hub.untold.count, using: &random))
        case 38..<40: _ = hub.tellOfWatchers()
        case 40..<48: try await subscribe(client)
        case 48..<60: try pull(client)
        case 60..<64: for _ in 0..<2 { try await oversee() }
        case 64..<70: client.connection?.follow()
        case 70..<80: _ = try await client.connection?.readOn()
        case 80..<92: _ = try client.read(Int.random(in: 1...20, using: &random), from: hub)
        case 92..<95: try await changeRights()
        case 95: leave(client)
        case 96..<98: client.drop()
        case 98: try await prune()
        default:
            switch Int.random(in: 0..<6, using: &random) {
            case 0: try backUp()
            case 1: try await work.replaceProject(using: &random)
            default: break
            }
        }
    }

    private func oversee() async throws {
        let at = Int.random(in: 0..<overseers.count, using: &random)
        let (overseer, person) = (overseers[at], people.persons[at])
        guard let stream = overseer.connection else { return try await connect(overseer, person) }
        switch Int.random(in: 0..<24, using: &random) {
        case 0: overseer.drop()
        case 1..<4: try stream.begin()
        case 4..<7: _ = try stream.listen()
        case 7..<11: _ = try await stream.readOn(using: &random)
        case 11..<16:
            guard stream.connection.wire.count < Self.wireFramesMax else { return }
            _ = try stream.connection.pull(byteCountMax: Int.random(in: 1...4_000, using: &random))
        case 16..<19: _ = try await stream.connection.readOn()
        default: _ = try overseer.read(Int.random(in: 1...20, using: &random), from: hub, epoch: epoch)
        }
    }

    private func connect(_ overseer: ProjectsClient, _ person: People.Person) async throws {
        let places = (work.places + work.archived).filter { person.maySee($0.journal) }
        let refusal = try await overseer.connect(
            to: hub, as: person.pass, fromBeginning: Bool.random(using: &random)
        ) { last in
            places.allSatisfy { place in
                let (head, oldest) = (head(of: place.journal), hub.oldest(of: place.journal))
                let isArchived = work.archived.contains { $0.project == place.project }
                guard let known = last.positions[place.project] else { return isArchived || oldest == 1 }
                return known.epoch == head.epoch && known.seq <= head.seq && known.seq + 1 >= oldest
            }
        }
        if let refusal { try require(person.user.status == .disabled, "the overseer was refused: \(refusal)") }
    }

    private func changeRights() async throws {
        let before = people.persons
        try await people.step(in: work.places.map(\.project), using: &random)
        for (at, (before, after)) in zip(before, people.persons).enumerated() {
            for journal in journals where before.maySee(journal) && !after.maySee(journal) {
                for client in clients where index(of: client) == at { client.lose(journal) }
                if at < overseers.count { overseers[at].lose(journal) }
            }
        }
    }

    private func backUp() throws {
        try hub.backUp()
        copy = (work.places, work.archived, people.persons)
    }

    private func pull(_ client: Client) throws {
        guard let connection = client.connection, connection.wire.count < Self.wireFramesMax else { return }
        _ = try connection.pull(byteCountMax: Int.random(in: 1...4_000, using: &random))
        if Bool.random(using: &random) { _ = connection.pullReplaceable() }
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
        for overseer in overseers { overseer.drop() }
        if let copy, Bool.random(using: &random) {
            epochs.merge(try await hub.restore()) { $1 }
            work.goBack(to: copy.places, archived: copy.archived)
            people.goBack(to: copy.persons)
        } else if Int.random(in: 0..<3, using: &random) == 0, let journal = journals.randomElement(using: &random) {
            epochs[journal] = "renewed\(UInt32.random(in: 0...(.max), using: &random))"
            try await hub.reopen(renewing: journal, as: epoch(of: journal))
        } else {
            try await hub.reopen()
        }
    }

    private var journals: [JournalKey] { [.hub] + (work.places + work.archived).map(\.journal) }
    /// Of a project that came after the copy which took the data's place, one that nobody has.
    private func epoch(of journal: JournalKey) -> String {
        epochs[journal] ?? hub.history[journal]?.first?.epoch ?? "gone"
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
            let interest = filtered(try someInterest(of: client))
            let isFromStart = Int.random(in: 0..<4, using: &random) == 0
            let start = JournalPosition(epoch: epoch(of: interest.journal), seq: 0)
            try await subscribe(client, interest, after: isFromStart ? start : nil)
        }
    }

    private func subscribe(_ client: Client, _ interest: Interest, after: JournalPosition?) async throws {
        let (head, oldest) = (head(of: interest.journal), hub.oldest(of: interest.journal))
        let mayRecover = after.map { $0.epoch == head.epoch && $0.seq <= head.seq } ?? false
        let mustRecover = mayRecover && after.map { $0.seq + 1 >= oldest } ?? false
        let request = Replica.Request(
            interest: interest, after: after, wantsSnapshot: Int.random(in: 0..<8, using: &random) != 0, head: head,
            mustRecover: mustRecover, mayRecover: mayRecover, mayBeOlder: sharesSnapshots)
        let person = person(of: client)
        let refusal = try await client.subscribe(request, to: hub, as: person.pass)
        if let refusal {
            try require(mayRefuse(interest, to: person, with: refusal), "\(interest.channel) was refused: \(refusal)")
        } else {
            try require(person.maySee(interest.journal), "\(interest.channel) was opened to who may not see it")
        }
    }

    private func mayRefuse(_ interest: Interest, to person: People.Person, with code: HubError.Code) -> Bool {
        switch code {
        case .unauthenticated: !person.maySee(interest.journal)
        case .projectNotFound: !person.maySee(interest.journal) || isGone(interest.channel)
        case .cardNotFound: !person.maySee(interest.journal) || isGone(interest.channel)
        case .runNotFound: !person.maySee(interest.journal) || isGone(interest.channel)
        case .overloaded: sharesSnapshots
        default: false
        }
    }

    private func isGone(_ channel: Channel) -> Bool {
        switch channel {
        case .card(let id): !(work.places + work.archived).contains { $0.cards.contains(id) }
        case .run(let id): !(work.places + work.archived).contains { $0.runs.contains(id) }
        case .project(let id): !(work.places + work.archived).contains { $0.project == id }
        case .hub, .job, .user, .logs: false
        }
    }

    private func person(of client: Client) -> People.Person { people.persons[index(of: client)] }

    /// The last two clients are one person's.
    private func index(of client: Client) -> Int {
        guard let at = clients.firstIndex(where: { $0 === client }) else { preconditionFailure("a stranger") }
        return min(at, Self.personCount - 1)
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

    private func someInterest(of client: Client) throws -> Interest {
        guard let place = work.places.randomElement(using: &random) else { throw Violation("there are no projects") }
        switch Int.random(in: 0..<8, using: &random) {
        // What members see of it changes with their rights, and is judged elsewhere.
        case 0 where client === clients[0]: return Interest(channel: .hub, journal: .hub)
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
        let place = (work.places + work.archived).first { $0.journal == interest.journal }
        var interest = interest
        switch Int.random(in: 0..<12, using: &random) {
        case 0: interest.filter = EventFilter(topics: ["card"])
        case 1: interest.filter = EventFilter(topics: ["run", "card", "project"])
        case 2: interest.filter = EventFilter(topics: ["entry", "presence"])
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
        for (overseer, person) in zip(overseers, people.persons) where overseer.connection == nil {
            try await connect(overseer, person)
        }
        try await settle()
        try checkWatchers()
        let archived = Set(work.archived.map(\.project))
        for (overseer, person) in zip(overseers, people.persons) {
            let places = (work.places + work.archived).filter { person.maySee($0.journal) }
            try await overseer.finish(hub, visible: places.map(\.project), archived: archived)
            overseer.drop()
        }
        for client in clients {
            for replica in client.known {
                let interest = replica.interest
                try require(
                    !replica.isFollowing || person(of: client).maySee(interest.journal),
                    "\(interest.channel) is followed by who may not see it")
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

    private func checkWatchers() throws {
        var truth: [Channel: [String: Int64]] = [:]
        for client in clients {
            let person = person(of: client).user.id.rawValue
            for channel in client.connection?.channels ?? [] { truth[channel, default: [:]][person, default: 0] += 1 }
        }
        for client in clients {
            for replica in client.known {
                try replica.finish(
                    watchers: truth[replica.interest.channel] ?? [:],
                    listedMax: hub.brokerLimits.membersPerChannelMax, oneself: person(of: client).user.id.rawValue)
            }
        }
    }

    private func settle() async throws {
        hub.tell(hub.untold.count)
        var isBusy = true
        while isBusy {
            isBusy = false
            for client in clients {
                if try client.connection?.pull(byteCountMax: 4_000) == true { isBusy = true }
                if client.connection?.pullReplaceable() == true { isBusy = true }
                if try await client.connection?.readOn() == true { isBusy = true }
                if try client.read(.max, from: hub) { isBusy = true }
            }
            for overseer in overseers { if try await settle(overseer) { isBusy = true } }
            if !isBusy { isBusy = hub.tellOfWatchers() }
        }
    }

    /// - Returns: false when there was nothing to do.
    private func settle(_ overseer: ProjectsClient) async throws -> Bool {
        guard let stream = overseer.connection else { return false }
        try stream.begin()
        var isBusy = try stream.listen()
        if try await stream.readOn(using: &random) { isBusy = true }
        if try stream.connection.pull(byteCountMax: 4_000) { isBusy = true }
        if try await stream.connection.readOn() { isBusy = true }
        if try overseer.read(.max, from: hub, epoch: epoch) { isBusy = true }
        return isBusy
    }
}
