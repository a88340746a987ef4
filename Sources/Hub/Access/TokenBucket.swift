import Model

/// A bucket of tokens: so many at once, refilled at so many a second. Time comes in.
struct TokenBucket: Sendable {
    private let perSecond: Double
    private let burst: Double
    private var tokens: Double
    private var filledAt: Timestamp

    init(perSecond: Double, burst: Int, at now: Timestamp) {
        self.perSecond = perSecond
        self.burst = Double(burst)
        tokens = self.burst
        filledAt = now
    }

    /// - Returns: false when there are not as many left; then none is taken.
    mutating func take(_ count: Int, at now: Timestamp) -> Bool {
        fill(at: now)
        guard tokens >= Double(count) else { return false }
        tokens -= Double(count)
        return true
    }

    /// Until there is one: whole seconds, as `Retry-After` says them, and no less than one.
    mutating func secondsUntilNext(at now: Timestamp) -> Int {
        fill(at: now)
        return max(1, Int(((1 - tokens) / perSecond).rounded(.up)))
    }

    /// Whether it is as if nothing had been taken.
    mutating func isFull(at now: Timestamp) -> Bool {
        fill(at: now)
        return tokens == burst
    }

    private mutating func fill(at now: Timestamp) {
        // A clock that is set back refills nothing.
        let elapsedMs = max(0, now.millisecondsSince1970 - filledAt.millisecondsSince1970)
        tokens = min(burst, tokens + Double(elapsedMs) / 1_000 * perSecond)
        filledAt = now
    }
}
