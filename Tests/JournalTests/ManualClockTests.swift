import Model
import RoostTesting
import Testing

@Suite("Time by hand")
struct ManualClockTests {
    let clock = ManualClock(start: Timestamp(millisecondsSince1970: 0))

    @Test("a sleeper wakes when its time has come, not before")
    func wakes() async throws {
        let sleeper = Task { [clock] in
            try await clock.sleep(for: .milliseconds(100))
            return clock.now().millisecondsSince1970
        }
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(99))
        clock.advance(by: .milliseconds(1))
        #expect(try await sleeper.value == 100)
    }

    @Test("a cancelled sleeper wakes at once")
    func cancelled() async throws {
        let sleeper = Task { [clock] in try await clock.sleep(for: .seconds(1)) }
        await clock.waitForSleepers()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test("a fraction of a millisecond is slept as a whole one; nothing is not slept")
    func rounding() async throws {
        try await clock.sleep(for: .zero)
        let sleeper = Task { [clock] in try await clock.sleep(for: .microseconds(1)) }
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(1))
        try await sleeper.value
    }
}
