import Broker
import Model
import Testing

@Suite("Beyond the ring") struct HistoryTests {
    @Test("a viewer that falls behind reads the journal, and goes on in the ring")
    func behind() {
        let (broker, viewer) = (makeBroker { $0.ringBytesMax = 4_000 }, TestViewer())
        let subscription = broker.watch(viewer)
        broker.ingest((1...50).map { event($0) })
        let pull = broker.pull(viewer, byteCountMax: 1 << 20)
        #expect(pull.frames.isEmpty)
        #expect(pull.notices == [.behind(subscription, journal: journal, after: 0)])
        #expect(!pull.hasMore)
        #expect(broker.pull(viewer, byteCountMax: 1 << 20).notices == [], "it is said once")

        #expect(broker.replay(subscription, (1...20).map { event($0) }, scannedTo: 20).map(\.seq) == Array(1...20))
        #expect(viewer.wakes() == 2)
        #expect(
            broker.pull(viewer, byteCountMax: 1 << 20).notices
                == [.behind(subscription, journal: journal, after: 20)])
        #expect(broker.replay(subscription, (21...48).map { event($0) }, scannedTo: 48).count == 28)
        #expect(broker.seqs(viewer) == [49, 50])
        #expect(broker.statistics.behind == 2)
    }

    @Test("a page's unwanted events, and those that it has already, are not told")
    func filteredPage() {
        let (broker, viewer) = (makeBroker { $0.ringBytesMax = 0 }, TestViewer())
        let subscription = broker.watch(viewer, Selection(.run(id(1))), at: 0)
        broker.ingest((1...6).map { event($0, run: 1) })
        _ = broker.pull(viewer, byteCountMax: 1_000)
        let page = [event(1, run: 1), event(2, run: 2), event(3, run: 1)]
        #expect(broker.replay(subscription, page, scannedTo: 4).map(\.seq) == [1, 3])
        _ = broker.pull(viewer, byteCountMax: 1_000)
        #expect(broker.replay(subscription, page + [event(5, run: 1)], scannedTo: 6).map(\.seq) == [5])
        broker.ingest([event(7, run: 2)])
        #expect(broker.statistics.subscriptions == 1)
    }

    @Test("a page that reaches beyond the ring's end is not repeated by it")
    func pageAhead() {
        let (broker, viewer) = (makeBroker { $0.ringBytesMax = 0 }, TestViewer())
        let subscription = broker.watch(viewer)
        broker.ingest([event(1)])
        _ = broker.pull(viewer, byteCountMax: 1_000)
        #expect(broker.replay(subscription, (1...3).map { event($0) }, scannedTo: 3).count == 3)
        broker.ingest([event(2), event(3)])
        #expect(broker.pull(viewer, byteCountMax: 1_000).notices.isEmpty)
    }

    @Test("a page for a subscription that has ended comes to nothing")
    func endedWhileReading() {
        let (broker, viewer) = (makeBroker { $0.ringBytesMax = 0 }, TestViewer())
        let subscription = broker.watch(viewer)
        broker.ingest([event(1)])
        _ = broker.pull(viewer, byteCountMax: 1_000)
        broker.unsubscribe(subscription)
        #expect(broker.replay(subscription, [event(1)], scannedTo: 1).isEmpty)
    }

    @Test("a hole in what is ingested is read from the journal")
    func hole() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        let subscription = broker.watch(viewer)
        broker.ingest([event(1)])
        #expect(broker.seqs(viewer) == [1])
        broker.ingest([event(4)])
        #expect(
            broker.pull(viewer, byteCountMax: 1_000).notices == [.behind(subscription, journal: journal, after: 1)])
        #expect(broker.replay(subscription, [event(2), event(3)], scannedTo: 3).count == 2)
        #expect(broker.seqs(viewer) == [4])
    }

    @Test("an event that was dropped between reading and subscribing is not missed")
    func droppedBeforeSubscribing() {
        let (broker, viewer) = (makeBroker { $0.ringsTotalBytesMax = 0 }, TestViewer())
        broker.ingest([event(1), event(2)])
        let subscription = broker.watch(viewer, at: 1)
        #expect(
            broker.pull(viewer, byteCountMax: 1_000).notices == [.behind(subscription, journal: journal, after: 1)])
    }

    @Test("rings stay within their bytes, frames counted", arguments: [10_000, 100_000])
    func ringBytes(bytesMax: Int) {
        let broker = makeBroker { $0.ringBytesMax = bytesMax }
        let viewers = (0..<3).map { _ in TestViewer() }
        for (index, viewer) in viewers.enumerated() {
            _ = broker.watch(viewer, form: FrameForm(rawValue: UInt8(index)))
        }
        for seq in 1...2_000 {
            broker.ingest([event(UInt64(seq))])
            for viewer in viewers { #expect(broker.seqs(viewer) == [UInt64(seq)]) }
            #expect(broker.statistics.ringBytes <= bytesMax)
        }
        #expect(broker.statistics.ringItems > bytesMax / 2_000)
    }

    @Test("when all rings together are too large, those that nobody watches go first")
    func totalBytes() {
        let (broker, viewer) = (makeBroker { $0.ringsTotalBytesMax = 20_000 }, TestViewer())
        let (watched, unwatched) = (JournalKey.project(id(1)), (2...9).map { JournalKey.project(id($0)) })
        _ = broker.watch(viewer, in: watched)
        for seq in 1...40 {
            for journal in [watched] + unwatched {
                broker.ingest([event(UInt64(seq), in: journal)])
                #expect(broker.statistics.ringBytes <= 20_000)
            }
        }
        let pull = broker.pull(viewer, byteCountMax: 1 << 20)
        #expect(pull.frames.map(\.seq) == Array(1...40))
        #expect(broker.statistics.journals == 9)
    }

    @Test("when even the watched ones are too large, the largest is halved")
    func largestHalved() {
        let (broker, small, large) = (makeBroker { $0.ringsTotalBytesMax = 10_000 }, TestViewer(), TestViewer())
        _ = broker.watch(small, in: .project(id(1)))
        let behind = broker.watch(large, in: .project(id(2)))
        broker.ingest([event(1, in: .project(id(1)))])
        broker.ingest((1...100).map { event($0, in: .project(id(2))) })
        #expect(broker.statistics.ringBytes <= 10_000)
        #expect(broker.seqs(small) == [1])
        #expect(
            broker.pull(large, byteCountMax: 1_000).notices
                == [.behind(behind, journal: .project(id(2)), after: 0)])
    }

    @Test("a viewer that does not pull costs nothing but its position")
    func stalled() {
        let (broker, stalled, live) = (makeBroker { $0.ringBytesMax = 20_000 }, TestViewer(), TestViewer())
        _ = broker.watch(stalled)
        _ = broker.watch(live)
        for seq in 1...5_000 {
            broker.ingest([event(UInt64(seq))])
            #expect(broker.seqs(live) == [UInt64(seq)])
        }
        #expect(stalled.wakes() == 1)
        #expect(broker.statistics.ringBytes <= 20_000)
        #expect(broker.statistics.framesMade == 5_000)
    }
}

@Suite("Gaps") struct GapTests {
    @Test("a new epoch ends every subscription of its journal, once")
    func epoch() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        let ended = broker.watch(viewer)
        _ = broker.watch(viewer, in: .hub)
        broker.ingest([event(1), event(2), event(3, epoch: "e2")])
        let pull = broker.pull(viewer, byteCountMax: 1_000)
        #expect(pull.frames.isEmpty)
        let gap = Gap(
            subscription: ended, channel: .project(project), from: JournalPosition(epoch: "e1", seq: 0),
            to: JournalPosition(epoch: "e2", seq: 2), reason: .epoch)
        #expect(pull.notices == [.gap(gap)])
        #expect(broker.pull(viewer, byteCountMax: 1_000).notices.isEmpty)
        #expect(broker.statistics.subscriptions == 1)

        _ = broker.watch(viewer, at: 2, epoch: "e2")
        #expect(broker.seqs(viewer) == [3])
    }

    @Test("a subscriber that has read the new epoch first brings it along")
    func epochBySubscriber() {
        let (broker, old, new) = (makeBroker(), TestViewer(), TestViewer())
        _ = broker.watch(old, at: 5)
        _ = broker.watch(new, at: 3, epoch: "e2")
        guard case .gap(let gap)? = broker.pull(old, byteCountMax: 1_000).notices.first else {
            Issue.record("no gap")
            return
        }
        #expect(gap.reason == .epoch)
        #expect(gap.to == JournalPosition(epoch: "e2", seq: 3))
        // What was still under way from the old history does not bring it back.
        broker.ingest([event(6)])
        broker.ingest([event(4, epoch: "e2")])
        #expect(broker.seqs(new) == [4])
    }

    @Test("a subscriber that has read the old epoch last is told at once")
    func epochTooLate() {
        let (broker, viewer) = (makeBroker(), TestViewer())
        broker.ingest([event(1), event(1, epoch: "e2")])
        let stale = broker.watch(viewer, at: 1)
        let gap = Gap(
            subscription: stale, channel: .project(project), from: JournalPosition(epoch: "e1", seq: 1),
            to: JournalPosition(epoch: "e2", seq: 1), reason: .epoch)
        #expect(broker.pull(viewer, byteCountMax: 1_000).notices == [.gap(gap)])
        #expect(broker.statistics.subscriptions == 0)
    }
}
