/// For what may happen thousands of times a second: the log has it at once, and then how often there was more of it.
struct LogPace: Sendable {
    /// Between two lines: a storm must not fill a disk.
    static let intervalSeconds = 10

    private var count = 0
    private var dueMilliseconds: UInt64 = 0

    /// It has happened.
    ///
    /// - Returns: when the log should have it, how often since it had it last.
    mutating func countToLog(nowMilliseconds now: UInt64) -> Int? {
        count += 1
        guard now >= dueMilliseconds else { return nil }
        defer { count = 0 }
        dueMilliseconds = now + UInt64(Self.intervalSeconds) * 1000
        return count
    }
}
