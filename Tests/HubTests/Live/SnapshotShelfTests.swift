import Broker
import Model
import RoostTesting
import Synchronization
import Testing
import Transport

@testable import Hub

@Suite("Large snapshots", .timeLimit(.minutes(5)))
struct SnapshotShelfTests {
    private static let project = Channel.project(SeededIDs(seed: 1).make())
    private static let other = Channel.project(SeededIDs(seed: 2).make())

    /// A shelf for snapshots of a thousand bytes, and what has been made for it.
    private final class World: Sendable {
        let clock = ManualClock()
        let shelf: SnapshotShelf
        let made = Mutex(0)
        let isContinued = Mutex(true)

        init(_ change: (inout LiveLimits) -> Void = { _ in }) {
            var limits = LiveLimits()
            (limits.sharedSnapshotBytesMin, limits.snapshotsTotalBytesMax) = (1_000, 3_000)
            change(&limits)
            shelf = SnapshotShelf(limits: limits, clock: clock)
        }

        func take(_ channel: Channel = project, byteCount: Int = 1_000) async throws -> SnapshotShelf.Taken {
            try await shelf.take(.init(channel, for: .local)) {
                let seq = self.made.withLock { made in
                    made += 1
                    return UInt64(made)
                }
                return (JournalPosition(epoch: "e", seq: seq), [UInt8](repeating: 0x20, count: byteCount))
            } isContinued: { _ in
                self.isContinued.withLock { $0 }
            }
        }

        /// Nobody who comes from now on gets what is there only because it is new.
        func age() async {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
            while await !shelf.recent.isEmpty { await Task.yield() }
        }
    }

    @Test("are shared by who comes within snapshotReuseMs, and forgotten when nobody holds them")
    func reuse() async throws {
        let world = World()
        for _ in 0..<3 { #expect(try await world.take().head.seq == 1) }
        #expect(await world.shelf.byteCount == 1_000)
        await world.age()
        #expect(await world.shelf.byteCount == 0)
        #expect(try await world.take().head.seq == 2)
        world.isContinued.withLock { $0 = false }
        #expect(try await world.take().head.seq == 3, "after which events are missing")
    }

    @Test("below sharedSnapshotBytesMin are made for everybody anew")
    func small() async throws {
        let world = World()
        for seq in 1...3 { #expect(try await world.take(byteCount: 999).head.seq == UInt64(seq)) }
        #expect(await world.shelf.byteCount == 0)
    }

    @Test("that are not taken add up to snapshotsTotalBytesMax; then an older one serves, or nothing")
    func total() async throws {
        let world = World()
        var held: [SnapshotShelf.Taken] = []
        for seq in 1...3 {
            held.append(try await world.take())
            #expect(held.last?.head.seq == UInt64(seq))
            await world.age()
        }
        #expect(try await world.take().head.seq == 3, "no room for a fourth one")
        let refused = await #expect(throws: HubError.self) { _ = try await world.take(Self.other) }
        #expect(refused?.code == .overloaded && refused?.members["limit"] == "snapshotsTotalBytesMax")
        world.isContinued.withLock { $0 = false }
        await #expect(throws: HubError.self) { _ = try await world.take() }
        world.isContinued.withLock { $0 = true }
        held.removeFirst()
        #expect(try await world.take(Self.other).head.seq == 4)
    }

    @Test("are made once for all who ask at the same time; a failure is told, and not kept")
    func together() async throws {
        struct NoDisk: Error {}
        let world = World()
        await #expect(throws: NoDisk.self) {
            _ = try await world.shelf.take(.init(Self.project, for: .local)) {
                throw NoDisk()
            } isContinued: { _ in
                true
            }
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 { group.addTask { try await world.take().head.seq } }
            for try await seq in group { #expect(seq == 1) }
        }
        #expect(world.made.withLock { $0 } == 1)
    }

    @Test("of viewers who do not read stay within the limit, and everybody has every card in the end")
    func stalled() async throws {
        try await LiveWorld.run(limits: {
            $0.snapshotReuseMs = 0
            $0.snapshotsTotalBytesMax = 20 << 20
        }) { world in
            let prompt = String(repeating: "x", count: 1 << 20)
            for _ in 0..<8 { try await world.addCard(prompt: prompt) }
            var clients: [SocketClient] = []
            for number in 0..<6 {
                let client = try await SocketClient.connect(to: world)
                client.setReceiving(false)
                // Those who come after it are news too, which may come between.
                client.send(
                    "subscribe", id: "s",
                    ["projectId": "website", "snapshot": true, "filter": ["topics": ["card"]]])
                // Answered when the next one asks: its snapshot is newer by one card, if there is room for it.
                while world.hub.broker.statistics.subscriptions <= number { await Task.yield() }
                try await world.addCard()
                clients.append(client)
            }
            #expect(await world.hub.snapshots.byteCount <= (20 + 9) << 20)
            for client in clients {
                client.setReceiving(true)
                let data = try await client.expect("subscribed")["data"]
                let head = try #require(data?["seq"]?.integer)
                let last = Int64(try await world.position().seq)
                #expect(data?["snapshot"]?["cards"]?.array?.count == Int(head - (last - 14)))
                for seq in (head + 1)..<(last + 1) { #expect(try await client.next()["seq"]?.integer == seq) }
            }
        }
    }
}
