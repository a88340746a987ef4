import Broker
import Model
import Synchronization
import Testing

@Suite("Durable events") struct DeliveryTests {
    @Test("come in order, once, from the position on")
    func order() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        broker.ingest([event(1), event(2)])
        _ = broker.watch(viewer, at: 2)
        broker.ingest([event(3), event(4)])
        broker.ingest([event(5)])
        #expect(broker.seqs(viewer) == [3, 4, 5])
        #expect(broker.seqs(viewer) == [])
    }

    @Test("that the ring still has follow an earlier position at once")
    func earlierPosition() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        broker.ingest((1...5).map { event($0) })
        _ = broker.watch(viewer, at: 5, after: 2)
        #expect(viewer.wakes() == 1)
        #expect(broker.seqs(viewer) == [3, 4, 5])
    }

    @Test("that a subscriber has read from the journal already are not told again")
    func readAhead() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        broker.ingest([event(1)])
        // It has read 3, whose ingest is still under way.
        _ = broker.watch(viewer, at: 3)
        broker.ingest([event(2), event(3)])
        #expect(broker.seqs(viewer) == [])
        broker.ingest([event(4)])
        #expect(broker.seqs(viewer) == [4])
    }

    @Test("of a journal nobody has heard of yet begin at the subscriber's position")
    func unknownJournal() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        _ = broker.watch(viewer, at: 7)
        broker.ingest([event(6), event(7), event(8)])
        #expect(broker.seqs(viewer) == [8])
    }

    static let selections: [(Selection, [UInt64])] = [
        (Selection(.project(project)), [1, 2, 3, 4]),
        (Selection(.run(id(1))), [2, 3]),
        (Selection(.card(id(7))), [3, 4]),
        (Selection(.project(project), filter: EventFilter(topics: ["run"])), [2, 3]),
        (Selection(.project(project), filter: EventFilter(types: ["card.moved"])), [4]),
        (Selection(.run(id(1)), filter: EventFilter(cardId: id(7))), [3]),
        (Selection(.run(id(1)), filter: EventFilter(runId: id(2))), []),
    ]

    @Test("are those of the channel that the filter admits", arguments: selections)
    func filters(selection: Selection, expected: [UInt64]) {
        let (broker, live, late) = (makeBroker(), TestViewer(), TestViewer())
        _ = broker.watch(live, selection)
        broker.ingest([
            event(1, .projectUpdated), event(2, .runStarted, run: 1), event(3, .runCompleted, run: 1, card: 7),
            event(4, .cardMoved, card: 7),
        ])
        _ = broker.watch(late, selection, at: 4, after: 0)
        #expect(broker.seqs(live) == expected)
        #expect(broker.seqs(late) == expected)
    }

    @Test("that are not wanted wake nobody and leave nobody behind")
    func unwanted() {
        let (broker, viewer) = (makeBroker { $0.ringBytesMax = 2_000 }, TestViewer())
        _ = broker.watch(viewer, Selection(.run(id(1))))
        broker.ingest((1...100).map { event($0, run: 2) })
        #expect(viewer.wakes() == 0)
        broker.ingest([event(101, run: 1)])
        #expect(viewer.wakes() == 1)
        let pull = broker.pull(viewer, byteCountMax: 1_000)
        #expect(pull.frames.map(\.seq) == [101])
        #expect(pull.notices == [])
    }

    @Test("are framed once for each channel and form that pulls them")
    func framing() {
        let made = Mutex<[String]>([])
        let broker = makeBroker(framed: { form, channel, seq in
            made.withLock { $0.append("\(form.rawValue) \(channel) \(seq)") }
        })
        let viewers = (0..<10).map { _ in TestViewer() }
        for viewer in viewers[..<6] { _ = broker.watch(viewer) }
        for viewer in viewers[6..<8] { _ = broker.watch(viewer, form: eventStream) }
        for viewer in viewers[8...] { _ = broker.watch(viewer, Selection(.run(id(1)))) }
        broker.ingest([event(1, run: 1), event(2)])
        let frames = viewers.map { broker.pull($0, byteCountMax: 1 << 20).frames }
        #expect(
            made.withLock { $0.sorted() } == [
                "1 project:\(project) 1", "1 project:\(project) 2", "1 run:\(id(1, Run.ID.self)) 1",
                "2 project:\(project) 1", "2 project:\(project) 2",
            ])
        #expect(frames[0][0] === frames[5][0])
        #expect(broker.statistics.framesMade == 5)
        #expect(broker.statistics.framesPulled == 18)
    }

    @Test("stop at the byte budget, and no wake comes for the rest")
    func budget() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        _ = broker.watch(viewer)
        broker.ingest((1...10).map { event($0, bytes: 1_000) })
        #expect(viewer.wakes() == 1)
        let first = broker.pull(viewer, byteCountMax: 2_500)
        #expect(first.frames.map(\.seq) == [1, 2, 3])
        #expect(first.hasMore)
        broker.ingest([event(11)])
        #expect(viewer.wakes() == 1, "it knows that there is more")
        #expect(broker.pull(viewer, byteCountMax: 1).frames.map(\.seq) == [4], "one is always given")
        #expect(broker.seqs(viewer) == Array(5...11))
        broker.ingest([event(12)])
        #expect(viewer.wakes() == 2)
    }

    @Test("wake a viewer once, however many come before it pulls")
    func wakes() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        for _ in 0..<3 { _ = broker.watch(viewer) }
        for seq in 1...50 { broker.ingest([event(UInt64(seq))]) }
        #expect(viewer.wakes() == 1)
        #expect(broker.seqs(viewer).count == 150)
    }

    @Test("of one viewer's subscriptions take turns")
    func turns() {
        let (broker, viewer) = (makeBroker { $0.framesPerTurnMax = 2 }, TestViewer())
        let other = JournalKey.project(id(2))
        _ = broker.watch(viewer)
        _ = broker.watch(viewer, Selection(.project(id(2))), in: other)
        broker.ingest((1...4).map { event($0) })
        broker.ingest((101...104).map { event($0 - 100, in: other) })
        let order = broker.pull(viewer, byteCountMax: 1 << 20).frames.map { "\($0.channel)".suffix(1) + "#\($0.seq)" }
        #expect(order == ["1#1", "1#2", "2#1", "2#2", "1#3", "1#4", "2#3", "2#4"])
    }

    @Test("that a narrow filter passes over are looked at in portions")
    func scanPortions() {
        let (broker, viewer) = (makeBroker { $0.scannedPerPullMax = 10 }, TestViewer())
        broker.ingest((1...35).map { event($0, run: $0 == 35 ? 1 : 2) })
        _ = broker.watch(viewer, Selection(.run(id(1))), at: 35, after: 0)
        var (pulls, seqs): (Int, [UInt64]) = (0, [])
        while true {
            let pull = broker.pull(viewer, byteCountMax: 1_000)
            seqs += pull.frames.map(\.seq)
            pulls += 1
            if !pull.hasMore { break }
        }
        #expect(seqs == [35])
        #expect((2...4).contains(pulls))
    }

    @Test("end with the subscription")
    func unsubscribe() {
        let (broker, viewer, other) = (makeBroker(), TestViewer(), TestViewer())
        let ids = (0..<3).map { _ in broker.watch(viewer) }
        _ = broker.watch(other)
        broker.ingest([event(1)])
        broker.unsubscribe(ids[1])
        #expect(broker.seqs(viewer) == [1, 1])
        broker.unsubscribe(ids[0])
        broker.ingest([event(2)])
        #expect(broker.seqs(viewer) == [2])
        broker.unsubscribeAll(viewer)
        broker.unsubscribe(ids[2])
        broker.ingest([event(3)])
        #expect(broker.seqs(viewer) == [])
        #expect(broker.seqs(other) == [1, 2, 3])
        #expect(broker.statistics.viewers == 1)
        #expect(broker.statistics.subscriptions == 1)
    }

    @Test("leave nothing of a viewer that has gone")
    func released() {
        let broker = makeBroker()
        weak var gone: TestViewer?
        do {
            let viewer = TestViewer()
            gone = viewer
            _ = broker.watch(viewer)
            broker.ingest([event(1)])
            broker.unsubscribeAll(viewer)
        }
        #expect(gone == nil)
    }
}
