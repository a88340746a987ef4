import Synchronization
import Testing

@testable import Repository

@Suite("Taking turns")
struct GateTests {
    private final class Room: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }

        func visit() async {
            state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<10 { await Task.yield() }
            state.withLock { $0.now -= 1 }
        }
    }

    private final class Order: Sendable {
        private let state = Mutex<[String]>([])
        var names: [String] { state.withLock { $0 } }
        func note(_ name: String) { state.withLock { $0.append(name) } }
    }

    @Test("never more inside than there are places", arguments: [1, 4])
    func places(count: Int) async throws {
        let (gate, room) = (Gate(places: count), Room())
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 { group.addTask { try await gate.withPlace { await room.visit() } } }
            try await group.waitForAll()
        }
        #expect(room.most <= count)
    }

    @Test("who gives up waiting leaves the queue, and the place goes to the next")
    func cancellation() async throws {
        let gate = Gate(places: 1)
        try await gate.withPlace {
            let waiting = Task { try await gate.withPlace {} }
            await Task.yield()
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
        }
        try await gate.withPlace {}
    }

    @Test("who waits in the background goes behind all others, but not for ever")
    func urgency() async throws {
        let (gate, order) = (Gate(places: 1), Order())
        func visit(_ name: String, _ urgency: Urgency) -> Task<Void, any Error> {
            Task { try await gate.withPlace(urgency) { order.note(name) } }
        }
        var tasks: [Task<Void, any Error>] = []
        try await gate.withPlace {
            tasks.append(visit("background", .background))
            while gate.waitingCount < 1 { await Task.yield() }
            for index in 0..<10 {
                tasks.append(visit("\(index)", .interactive))
                while gate.waitingCount < index + 2 { await Task.yield() }
            }
        }
        for task in tasks { try await task.value }
        #expect(order.names == (0..<8).map(String.init) + ["background", "8", "9"])
    }

    @Test("a place is given back by who fails")
    func failure() async throws {
        struct Failure: Error {}
        let gate = Gate(places: 1)
        await #expect(throws: Failure.self) { try await gate.withPlace { throw Failure() } }
        try await gate.withPlace {}
    }

    @Test("one at a time for a key, and keys do not wait for one another")
    func keys() async throws {
        let (gates, room) = (KeyedGates(), Room())
        try await gates.withKey("a") { try await gates.withKey("b") {} }
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 { group.addTask { try await gates.withKey("a") { await room.visit() } } }
            try await group.waitForAll()
        }
        #expect(room.most == 1)
    }
}
