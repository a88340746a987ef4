import Foundation
import Model
import Synchronization

/// The machine's own clock.
struct SystemClock: TimeSource {
    func now() -> Timestamp {
        Timestamp(millisecondsSince1970: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
    }

    /// CLOCK_MONOTONIC, as service managers count.
    static var monotonicMicroseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
    }

    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

/// Identifiers from the clock and the system's random numbers; within a millisecond they still ascend.
final class SystemIDs: IdentifierSource {
    private let clock = SystemClock()
    private let last = Mutex(ULID(milliseconds: 0, randomHigh: 0, randomLow: 0))

    func next() -> ULID {
        last.withLock { last in
            let now = UInt64(clock.now().millisecondsSince1970)
            if now > last.milliseconds {
                // The top bit stays clear, so that counting up within the millisecond has room.
                last = ULID(
                    milliseconds: now, randomHigh: .random(in: 0...(.max >> 1)), randomLow: .random(in: 0...(.max)))
            } else {
                let (low, overflow) = last.randomLow.addingReportingOverflow(.random(in: 1...(1 << 32)))
                last = ULID(
                    milliseconds: last.milliseconds, randomHigh: last.randomHigh &+ (overflow ? 1 : 0), randomLow: low)
            }
            return last
        }
    }
}
