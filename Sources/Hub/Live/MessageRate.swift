import Model

/// A bucket of tokens: so many at once, refilled at so many a second. Time comes in.
struct MessageRate: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var filledAt: Timestamp

    init(perSecond: Int, burst: Int, at now: Timestamp) {
        self.perSecond = Double(perSecond)
        self.burst = Double(burst)
        tokens = self.burst
        filledAt = now
    }

    /// - Returns: false when there are not as many left; then none is taken.
    mutating func take(_ count: Int, at now: Timestamp) -> Bool {
        // A clock that is set back refills nothing.
        let elapsedMs = max(0, now.millisecondsSince1970 - filledAt.millisecondsSince1970)
        tokens = min(burst, tokens + Double(elapsedMs) / 1_000 * perSecond)
        filledAt = now
        guard tokens >= Double(count) else { return false }
        tokens -= Double(count)
        return true
    }
}
