import Broker
import Model
import Synchronization
import Testing

@Suite("From several threads") struct ConcurrencyTests {
    /// Pulls when it is woken, on whatever thread its task runs.
    private final class AsyncViewer: Viewer {
        private let wakes: AsyncStream<Void>.Continuation
        let woken: AsyncStream<Void>

        init() {
            (woken, wakes) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }

        func wake(_ traffic: Traffic) { wakes.yield() }
    }

    private static let eventCount: UInt64 = 5_000

    @Test("nobody misses a wake or an event while others come and go")
    func hammering() async {
        let broker = makeBroker { $0.ringBytesMax = 100_000 }
        await withTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<8 {
                let viewer = AsyncViewer()
                let subscription = broker.watch(viewer)
                group.addTask { await Self.followAll(viewer, subscription, on: broker) }
            }
            for _ in 0..<2 {
                group.addTask { await Self.comeAndGo(on: broker) }
            }
            group.addTask {
                var seq: UInt64 = 1
                while seq <= Self.eventCount {
                    let batch = (seq..<min(seq + 7, Self.eventCount + 1)).map { event($0) }
                    broker.ingest(batch)
                    seq += UInt64(batch.count)
                    await Task.yield()
                }
                return []
            }
            for await received in group where !received.isEmpty {
                #expect(received == Array(1...Self.eventCount))
            }
        }
        #expect(broker.statistics.subscriptions == 0)
        #expect(broker.statistics.viewers == 0)
    }

    @concurrent private static func followAll(
        _ viewer: AsyncViewer, _ subscription: SubscriptionID, on broker: Broker<TestFrame>
    ) async -> [UInt64] {
        var received: [UInt64] = []
        for await _ in viewer.woken {
            var hasMore = true
            while hasMore {
                let pull = broker.pull(viewer, byteCountMax: 5_000)
                received += pull.frames.map(\.seq)
                for case .behind(let id, _, let after) in pull.notices {
                    let page = (after + 1...min(after + 50, eventCount)).map { event($0) }
                    received += broker.replay(id, page, scannedTo: after + UInt64(page.count)).map(\.seq)
                }
                hasMore = pull.hasMore
            }
            if received.count >= eventCount { break }
        }
        broker.unsubscribeAll(viewer)
        return received
    }

    @concurrent private static func comeAndGo(on broker: Broker<TestFrame>) async -> [UInt64] {
        for round in 0..<500 {
            let viewer = AsyncViewer()
            _ = broker.watch(viewer, Selection(.run(id(round % 5))), at: 0, after: 0)
            let now = Timestamp(millisecondsSince1970: Int64(round) * 10)
            _ = broker.attend(.run(id(round % 5)), viewer, as: "\(round)", .local, at: now)
            for change in broker.takePresenceChanges(at: now).changes {
                broker.tell(change, PresenceNews(viewers: [], total: change.total, listed: [], changes: []))
            }
            _ = broker.pull(viewer, byteCountMax: 1_000)
            _ = broker.pullReplaceable(viewer)
            if round.isMultiple(of: 2) { broker.unsubscribeAll(viewer) } else { _ = broker.lose(viewer, at: now) }
            await Task.yield()
        }
        return []
    }
}
