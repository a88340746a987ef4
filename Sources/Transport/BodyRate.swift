/// Whether a body comes fast enough. Only the time is judged in which we wait for it: a client need not be faster than
/// the handler that takes its body.
struct BodyRate: Equatable {
    /// When the question is to be asked next.
    private(set) var dueMilliseconds: UInt64
    private var byteCount = 0
    private var isInGrace = true

    /// At the end of a head.
    init(now: UInt64, limits: TransportLimits) {
        dueMilliseconds = now + UInt64(limits.bodyRateGraceSeconds) * 1000
    }

    mutating func received(_ byteCount: Int) {
        self.byteCount += byteCount
    }

    /// What has come so far does not count: we have not waited for more, or the wait is another one.
    mutating func restart(at now: UInt64, limits: TransportLimits) {
        if !isInGrace { beginWindow(at: now, limits: limits) }
    }

    /// - Parameter isWaiting: whether more would be taken if it came.
    mutating func isTooSlow(at now: UInt64, isWaiting: Bool, limits: TransportLimits) -> Bool {
        guard now >= dueMilliseconds else { return false }
        let isSlow = !isInGrace && byteCount < limits.bodyByteRateMin * limits.bodyRateWindowSeconds
        isInGrace = false
        beginWindow(at: now, limits: limits)
        return isWaiting && isSlow
    }

    private mutating func beginWindow(at now: UInt64, limits: TransportLimits) {
        byteCount = 0
        dueMilliseconds = now + UInt64(limits.bodyRateWindowSeconds) * 1000
    }
}
