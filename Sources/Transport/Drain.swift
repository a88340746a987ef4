/// A shard's way to its end.
struct Drain {
    var plan: DrainPlan
    /// The streams there were when it began, the oldest first.
    let streams: [UInt64]
    private(set) var toldCount = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
    var hasCut = false

    init(_ plan: DrainPlan, streams: [UInt64]) {
        (self.plan, self.streams) = (plan, streams)
    }

    /// - Returns: those whose turn it is.
    mutating func take(atMilliseconds now: UInt64) -> ArraySlice<UInt64> {
        let next = max(toldCount, plan.toldCount(atMilliseconds: now))
        defer { toldCount = next }
        return streams[toldCount..<next]
    }
}
