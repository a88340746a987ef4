import Foundation
import Model

/// A clock that stands: dates are known, and no time limit is ever reached.
struct FrozenTime: TimeSource {
    static let moment = Timestamp(millisecondsSince1970: 1_763_716_386_000)

    var moment = FrozenTime.moment

    func now() -> Timestamp { moment }

    func sleep(for duration: Duration) async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }
}

/// A clock on which every wait is over at once.
struct HastyTime: TimeSource {
    func now() -> Timestamp { FrozenTime.moment }
    func sleep(for duration: Duration) async throws {}
}

/// The machine's own clock, or one that is ahead of it. No time limit is ever reached.
struct WallTime: TimeSource {
    var secondsAhead: Int64 = 0

    func now() -> Timestamp {
        Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000) + secondsAhead * 1_000)
    }

    func sleep(for duration: Duration) async throws { try await FrozenTime().sleep(for: duration) }
}
