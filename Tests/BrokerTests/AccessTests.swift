import Broker
import Model
import Synchronization
import Testing

/// Rights that a test changes.
private final class Rights: Sendable {
    private let sight: Mutex<Sight?>

    init(_ sight: Sight? = .everything) { self.sight = Mutex(sight) }

    func become(_ new: Sight?) { sight.withLock { $0 = new } }
    var clearance: Clearance { { [self] in sight.withLock { $0 } } }
}

@Suite("Access") struct AccessTests {
    private let hidden: Project.ID = id(2)
    private let user: User.ID = id(3)

    private func hubEvent(_ seq: UInt64, of project: Project.ID?, about user: User.ID? = nil) -> BrokerEvent {
        BrokerEvent(
            journal: .hub, epoch: "e1",
            header: EventHeader(
                seq: seq, projectId: project, type: .projectUpdated, severity: .info,
                context: EventContext(userId: user)),
            payload: [])
    }

    private func reasons(_ pull: Pull<TestFrame>) -> [Gap.Reason] {
        pull.notices.compactMap { if case .gap(let gap) = $0 { gap.reason } else { nil } }
    }

    @Test("a review ends those that are refused, whatever they are at, and nobody else")
    func refused() {
        let (broker, idle, ready, reading, other) =
            (makeBroker { $0.ringBytesMax = 1_000 }, TestViewer(), TestViewer(), TestViewer(), TestViewer())
        let rights = Rights()
        let late = broker.watch(reading, clearance: rights.clearance)
        broker.ingest((1...9).map { event($0) })
        #expect(broker.pull(reading, byteCountMax: 1_000).notices.count == 1)
        _ = broker.watch(ready, at: 9, clearance: rights.clearance)
        broker.ingest([event(10)])
        _ = broker.watch(idle, at: 10, clearance: rights.clearance)
        _ = broker.watch(other, at: 10)

        broker.review()
        #expect(broker.statistics.subscriptions == 4, "nothing has changed")
        rights.become(nil)
        broker.review()
        for viewer in [idle, ready, reading] {
            let pull = broker.pull(viewer, byteCountMax: 1_000)
            #expect(pull.frames.isEmpty, "what waits in the ring is not given either")
            #expect(reasons(pull) == [.access])
        }
        #expect(broker.replay(late, [event(1)], scannedTo: 1).isEmpty, "nor a page that was under way")
        broker.ingest([event(11)])
        #expect(broker.seqs(other) == [11])
        for viewer in [idle, ready, reading] { #expect(broker.seqs(viewer).isEmpty) }
        #expect(broker.statistics.subscriptions == 1)
    }

    @Test("who is refused has no subscription, and was never there")
    func refusedAtOnce() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        broker.ingest([event(1)])
        let request = SubscriptionRequest(
            whole, form: webSocket, journal: journal, at: JournalPosition(epoch: "e1", seq: 1), after: 0,
            clearance: { nil })
        #expect(broker.subscribe(viewer, request) == nil)
        #expect(broker.statistics.viewers == 0)
        #expect(broker.pull(viewer, byteCountMax: 1_000).notices.isEmpty)
    }

    @Test("of the hub's journal one sees what concerns one, as of the last review")
    func narrowed() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        let rights = Rights(.only(projects: [project, hidden], user: user))
        _ = broker.watch(viewer, Selection(.hub), in: .hub, clearance: rights.clearance)
        broker.ingest([hubEvent(1, of: project), hubEvent(2, of: hidden), hubEvent(3, of: nil)])
        rights.become(.only(projects: [project], user: user))
        broker.review()
        broker.ingest([hubEvent(4, of: nil, about: user), hubEvent(5, of: nil, about: id(4)), hubEvent(6, of: project)])
        broker.ingest([hubEvent(7, of: hidden, about: user), hubEvent(8, of: hidden)])
        #expect(broker.seqs(viewer) == [1, 4, 6, 7], "2 was waiting when the right to see it went")
        rights.become(.everything)
        broker.review()
        broker.ingest([hubEvent(9, of: hidden)])
        #expect(broker.seqs(viewer) == [9])
    }

    @Test("a page whose frames were made with older rights is thrown away, and made again")
    func narrowedWhileReading() {
        let rights = Rights(.only(projects: [project, hidden], user: user))
        let turn = Mutex<Broker<TestFrame>?>(nil)
        let broker = makeBroker({ $0.ringBytesMax = 0 }) { [user] _, _, seq in
            // The first frame of the page: the right to see the second goes while they are made.
            guard seq == 1, let broker = turn.withLock({ $0.take() }) else { return }
            rights.become(.only(projects: [project], user: user))
            broker.review()
        }
        let viewer = TestViewer()
        let subscription = broker.watch(viewer, Selection(.hub), in: .hub, clearance: rights.clearance)
        let page = [hubEvent(1, of: project), hubEvent(2, of: hidden), hubEvent(3, of: project)]
        broker.ingest(page)
        #expect(broker.pull(viewer, byteCountMax: 1_000).notices.count == 1)
        turn.withLock { $0 = broker }
        #expect(broker.replay(subscription, page, scannedTo: 3).map(\.seq) == [1, 3])
    }

    /// Some come and pull while events come and the right goes: whoever has heard of its end hears nothing more, and what
    /// is ingested afterwards reaches nobody.
    @Test("no event follows the end of a right, from several threads", arguments: 0..<8)
    func raced(seed: Int) async {
        var generator = SeededGenerator(seed: UInt64(seed))
        let end = UInt64.random(in: 50..<350, using: &generator)
        let (broker, rights) = (makeBroker(), Rights())
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { await Self.come(to: broker, with: rights.clearance, noneAfter: end) }
            }
            group.addTask {
                for seq in 1...400 {
                    broker.ingest([event(UInt64(seq))])
                    guard UInt64(seq) == end else { continue }
                    rights.become(nil)
                    broker.review()
                }
            }
        }
        #expect(broker.statistics.subscriptions == 0)
    }

    /// Comes again and again, until it is refused.
    private static func come(
        to broker: Broker<TestFrame>, with clearance: @escaping Clearance, noneAfter end: UInt64
    ) async {
        while true {
            // There are fewer threads than tasks.
            await Task.yield()
            let viewer = TestViewer()
            let request = SubscriptionRequest(
                whole, form: webSocket, journal: journal, at: JournalPosition(epoch: "e1", seq: 0),
                clearance: clearance)
            guard broker.subscribe(viewer, request) != nil else { return }
            for _ in 0..<20 {
                let pull = broker.pull(viewer, byteCountMax: 1_000)
                #expect(pull.frames.allSatisfy { $0.seq <= end })
                let isTold = pull.notices.contains { if case .gap = $0 { true } else { false } }
                if isTold { #expect(broker.pull(viewer, byteCountMax: 1_000).frames.isEmpty) }
            }
            broker.unsubscribeAll(viewer)
        }
    }
}
