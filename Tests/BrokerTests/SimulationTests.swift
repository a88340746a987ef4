import Broker
import Model
import Testing

/// Viewers with random filters come, pull, stall, fall behind, read the journal and go, while journals grow at random.
/// At the end everyone has exactly what its filter admits after its start, in order.
@Suite("Simulation") struct SimulationTests {
    @Test("every subscriber gets exactly its events", arguments: 0..<200 as Range<UInt64>)
    func exactlyTheEvents(seed: UInt64) {
        var simulation = Simulation(seed: seed)
        for _ in 0..<400 { simulation.step() }
        simulation.finish()
    }
}

private struct Simulation {
    private final class Client: Viewer {
        func wake(_ traffic: Traffic) {}
    }
    private struct Subscriber {
        let id: SubscriptionID
        let client: Client
        let journal: JournalKey
        let selection: Selection
        let after: UInt64
        /// Tells its frames from those of the client's others.
        let form: FrameForm
        var received: [UInt64] = []
    }

    private let seed: UInt64
    private var random: SeededGenerator
    private let broker: Broker<TestFrame>
    private let journals: [JournalKey] = (1...3).map { .project(id($0)) }
    /// The journal's truth, which is ahead of what the broker has heard.
    private var history: [JournalKey: [BrokerEvent]] = [:]
    private var ingested: [JournalKey: Int] = [:]
    private var clients: [Client] = (0..<4).map { _ in Client() }
    private var subscribers: [SubscriptionID: Subscriber] = [:]
    private var nextForm: UInt8 = 0

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        let (ring, total) = (Int.random(in: 0...8_000, using: &random), Int.random(in: 0...20_000, using: &random))
        broker = makeBroker {
            $0.ringBytesMax = ring
            $0.ringsTotalBytesMax = total
            $0.framesPerTurnMax = 3
            $0.scannedPerPullMax = 7
        }
    }

    mutating func step() {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<6: commit()
        case 6..<11: ingest()
        case 11: subscribe()
        case 12: leave()
        default: pull(clients[Int.random(in: 0..<clients.count, using: &random)])
        }
    }

    mutating func finish() {
        for journal in journals {
            while ingested[journal, default: 0] < history[journal, default: []].count { ingest(journal) }
        }
        for client in clients {
            while pull(client, byteCountMax: 2_000) {}
        }
        for subscriber in subscribers.values { check(subscriber, isComplete: true) }
    }

    private mutating func commit() {
        let journal = journals[Int.random(in: 0..<journals.count, using: &random)]
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let seq = UInt64(history[journal, default: []].count + 1)
            let (run, bytes) = (Int.random(in: 1...3, using: &random), Int.random(in: 2...400, using: &random))
            let type = [EventType.cardUpdated, .runUpdated, .entryAdded].randomElement(using: &random) ?? .cardUpdated
            history[journal, default: []].append(event(seq, in: journal, type, run: run, card: run, bytes: bytes))
        }
    }

    private mutating func ingest() { ingest(journals[Int.random(in: 0..<journals.count, using: &random)]) }

    /// Mostly the next ones; sometimes a hole, or some of them again.
    private mutating func ingest(_ journal: JournalKey) {
        let (events, before) = (history[journal, default: []], ingested[journal, default: 0])
        guard before < events.count else { return }
        let end = Int.random(in: before + 1...events.count, using: &random)
        var start = before
        switch Int.random(in: 0..<10, using: &random) {
        case 0: start = Int.random(in: before..<end, using: &random)
        case 1: start = Int.random(in: 0...before, using: &random)
        default: break
        }
        broker.ingest(Array(events[start..<end]))
        ingested[journal] = end
    }

    private mutating func subscribe() {
        let journal = journals[Int.random(in: 0..<journals.count, using: &random)]
        guard case .project(let project) = journal, let client = clients.randomElement(using: &random) else { return }
        let head = UInt64(history[journal, default: []].count)
        let after = Bool.random(using: &random) ? head : UInt64.random(in: 0...head, using: &random)
        let selections = [
            Selection(.project(project)), Selection(.run(id(1))), Selection(.card(id(2))),
            Selection(.project(project), filter: EventFilter(topics: ["entry"])),
            Selection(.run(id(3)), filter: EventFilter(types: ["run.updated"])),
        ]
        let selection = selections[Int.random(in: 0..<selections.count, using: &random)]
        nextForm &+= 1
        let form = FrameForm(rawValue: nextForm)
        let id = broker.watch(client, selection, form: form, in: journal, at: head, after: after)
        subscribers[id] = Subscriber(
            id: id, client: client, journal: journal, selection: selection, after: after, form: form)
    }

    private mutating func leave() {
        guard let subscriber = subscribers.values.min(by: { $0.form.rawValue < $1.form.rawValue }) else { return }
        check(subscriber, isComplete: false)
        if Bool.random(using: &random) {
            broker.unsubscribe(subscriber.id)
            subscribers[subscriber.id] = nil
        } else {
            broker.unsubscribeAll(subscriber.client)
            subscribers = subscribers.filter { $0.value.client !== subscriber.client }
        }
    }

    @discardableResult
    private mutating func pull(_ client: Client, byteCountMax: Int? = nil) -> Bool {
        let pull = broker.pull(client, byteCountMax: byteCountMax ?? Int.random(in: 1...3_000, using: &random))
        for frame in pull.frames { receive(frame) }
        for case .behind(let id, let journal, let after) in pull.notices {
            let events = history[journal, default: []]
            let end = min(events.count, Int(after) + Int.random(in: 1...10, using: &random))
            let page = Array(events[Int(after)..<end])
            for frame in broker.replay(id, page, scannedTo: UInt64(end)) { receive(frame) }
        }
        return pull.hasMore || !pull.frames.isEmpty || !pull.notices.isEmpty
    }

    private mutating func receive(_ frame: TestFrame) {
        guard let id = subscribers.values.first(where: { $0.form == frame.form })?.id else {
            Issue.record("seed \(seed): a frame for nobody")
            return
        }
        subscribers[id]?.received.append(frame.seq)
    }

    private func check(_ subscriber: Subscriber, isComplete: Bool) {
        let wanted = history[subscriber.journal, default: []].map(\.header)
            .filter { $0.seq > subscriber.after && subscriber.selection.admits($0) }.map(\.seq)
        let expected = isComplete ? wanted : Array(wanted.prefix(subscriber.received.count))
        #expect(subscriber.received == expected, "seed \(seed)")
    }
}
