/// When clients come back after the hub has gone: each at a moment of its own, so that they do not come all at once.
struct RetrySpread: Sendable {
    /// Nobody is asked to come before.
    let leastMs: Int
    /// How many are to come back in a second, in the middle.
    let perSecond: Int

    /// 60 s: a client that is asked to wait longer would rather not be told.
    static let windowMsMax = 60_000

    /// - Parameter viewers: how many have to come back.
    /// - Returns: milliseconds, from `leastMs` to as much later as all of them need.
    func delayMs(among viewers: Int, using generator: inout some RandomNumberGenerator) -> Int {
        let window = min(Self.windowMsMax, viewers * 1_000 / max(1, perSecond))
        return leastMs + Int.random(in: 0...max(0, window), using: &generator)
    }
}
