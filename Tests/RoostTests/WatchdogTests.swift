import Logging
import RoostTesting
import Synchronization
import Testing

@testable import roost

@Suite("The watchdog", .timeLimit(.minutes(1))) struct WatchdogTests {
    /// A part of the hub that answers when the test says so.
    private actor Part {
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private(set) var isHung = false

        func hang() { isHung = true }

        func recover() {
            isHung = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }

        func answer() async {
            guard isHung else { return }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private final class Tally: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock { $0 } }
        func add() { state.withLock { $0 += 1 } }
    }

    private let clock = ManualClock()
    private let told = Tally()

    @Test("is told at half of the interval while all parts answer, and not while one hangs")
    func hanging() async throws {
        let parts = [Part(), Part()]
        let (pulsed, pulse) = AsyncStream.makeStream(of: Void.self)
        var pulses = pulsed.makeAsyncIterator()
        let watchdog = Watchdog(
            intervalMicroseconds: 20_000_000,
            parts: parts.enumerated().map { index, part in
                Watchdog.Part(name: "\(index)") { await part.answer() }
            }, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { [told] in
            told.add()
            pulse.yield()
        }
        let running = Task { [clock] in await watchdog.run(on: clock) }
        for _ in 0..<3 {
            // One pulse for each half of the interval: the second would not come without the clock.
            await pulses.next()
            await clock.waitForSleepers()
            clock.advance(by: .seconds(9))
            clock.advance(by: .seconds(1))
        }
        await pulses.next()
        await clock.waitForSleepers()
        #expect(told.count == 4)

        await parts[1].hang()
        for _ in 0..<5 {
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers()
        }
        #expect(told.count == 4)

        await parts[1].recover()
        await pulses.next()
        clock.advance(by: .seconds(10))
        await pulses.next()
        #expect(told.count == 6)
        running.cancel()
        await running.value
    }
}
