package import Model

/// For tests with real processes: short pauses pass by themselves, long ones when the test moves the time on.
package final class ImpatientClock: TimeSource {
    /// From here on a pause is a policy (an expiry, a grace), not a pause for breath.
    private static let longPause = Duration.seconds(1)

    package let manual = ManualClock()

    package init() {}

    package func now() -> Timestamp { manual.now() }

    package func sleep(for duration: Duration) async throws {
        if duration >= Self.longPause {
            try await manual.sleep(for: duration)
        } else {
            try await Task.sleep(for: duration)
        }
    }
}
