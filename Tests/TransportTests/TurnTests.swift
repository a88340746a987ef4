import Dispatch
import Synchronization
import Testing
import Transport

@Suite("A turn of the loop", .timeLimit(.minutes(3)))
struct TurnTests {
    private static let clientCount = 64

    /// Always has something more to say, for which it takes a millisecond, and asks amid the first for a moment of the loop.
    private final class Busy: WebSocketHandler {
        struct Record: Sendable {
            var count = 0
            /// How many things had happened when the loop had its moment.
            var countAtMoment: Int?
        }

        let channel: OutboundChannel
        let record: Shared

        init(_ channel: OutboundChannel, _ record: Shared) {
            self.channel = channel
            self.record = record
        }

        func received(_ message: WebSocketMessage) { channel.send([.text([0x30])]) }

        func drained() {
            happened()
            if !record.isOver { channel.send([.text([0x30])]) }
        }

        func closed(code: UInt16, reason: String) {}

        private func happened() {
            if record.note() { channel.shard.submit { [record] _ in record.noteMoment() } }
            let clock = ContinuousClock()
            let end = clock.now + .milliseconds(1)
            while clock.now < end {}
        }
    }

    private final class Shared: Sendable {
        private let state = Mutex(Busy.Record())
        let over = Gate()

        /// - Returns: whether it is the first.
        func note() -> Bool {
            let count = state.withLock { state in
                state.count += 1
                return state.count
            }
            if count == TurnTests.clientCount * 2 { over.open() }
            return count == 1
        }

        func noteMoment() { state.withLock { $0.countAtMoment = $0.count } }
        var isOver: Bool { state.withLock { $0.count >= TurnTests.clientCount * 2 } }
        var countAtMoment: Int? { state.withLock(\.countAtMoment) }
    }

    @Test("ends before all that have more to say had theirs, when that takes long")
    func long() async throws {
        let record = Shared()
        let shard = Mutex<Shard?>(nil)
        let server = try TestServer { _ in
            Response(
                body: .webSocket { channel in
                    shard.withLock { $0 = channel.shard }
                    return Busy(channel, record)
                })
        }
        let port = server.port
        let clients = try await offPool {
            try (0..<Self.clientCount).map { _ in
                let client = try RawClient(port: port)
                try client.upgrade("/")
                return client
            }
        }
        // While the loop is held, all get something to answer.
        let (held, released) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let loop = try #require(shard.withLock { $0 })
        loop.submit { _ in
            held.signal()
            released.wait()
        }
        try await offPool {
            held.wait()
            for client in clients { try client.sendText("go") }
            released.signal()
        }
        await record.over.wait()
        let countAtMoment = try #require(record.countAtMoment)
        #expect(countAtMoment < Self.clientCount)
        for client in clients { client.hangUp() }
        await server.server.stop(deadlineSeconds: 1)
    }
}
