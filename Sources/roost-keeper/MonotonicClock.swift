import Glibc

/// Time that no one sets.
enum MonotonicClock {
    /// Milliseconds since some moment before the keeper started.
    static func now() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
    }
}
