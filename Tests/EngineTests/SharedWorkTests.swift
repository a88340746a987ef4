import Synchronization
import Testing

@testable import Engine

@Suite("Work that is shared")
struct SharedWorkTests {
    private final class Counter: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock { $0 } }
        func add() { state.withLock { $0 += 1 } }
    }

    @Test("is done once for all who ask meanwhile, and anew for the next")
    func once() async throws {
        let (shared, begun, asked) = (SharedWork<String, Int>(), Counter(), Counter())
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let callers = (0..<50).map { _ in
            Task {
                asked.add()
                return try await shared.value(for: "diff") {
                    begun.add()
                    for await _ in gate {}
                    return begun.count
                }
            }
        }
        while shared.callerCount(of: "diff") < 50 { await Task.yield() }
        open.finish()
        for caller in callers { #expect(try await caller.value == 1) }
        #expect(try await shared.value(for: "diff") { 7 } == 7)
    }

    @Test("goes on when one who asked is gone, and ends when all are")
    func cancellation() async throws {
        let shared = SharedWork<String, Int>()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let ended = Counter()
        func ask() -> Task<Int, any Error> {
            Task {
                try await shared.value(for: "diff") {
                    for await _ in gate {}
                    ended.add()
                    try Task.checkCancellation()
                    return 1
                }
            }
        }
        let (first, second) = (ask(), ask())
        while shared.callerCount(of: "diff") < 2 { await Task.yield() }
        first.cancel()
        while shared.callerCount(of: "diff") > 1 { await Task.yield() }
        #expect(ended.count == 0)
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(ended.count == 1 && shared.callerCount(of: "diff") == 0)
        open.finish()
    }
}
