/// So many a second in the long run, and as many as a second brings at once.
struct TokenBucket: Sendable {
    private let countPerSecond: Int
    /// In thousandths, so that a millisecond brings a whole number of them.
    private var level: Int
    private var lastMilliseconds: UInt64 = 0

    /// Full.
    init(countPerSecond: Int) {
        self.countPerSecond = countPerSecond
        level = countPerSecond * 1000
    }

    /// - Parameter nowMilliseconds: may be a little behind an earlier one: loops look at the clock at different times.
    /// - Returns: whether there was one.
    mutating func take(nowMilliseconds: UInt64) -> Bool {
        if nowMilliseconds > lastMilliseconds {
            // A second fills it.
            let passed = Int(min(nowMilliseconds - lastMilliseconds, 1000))
            level = min(level + passed * countPerSecond, countPerSecond * 1000)
            lastMilliseconds = nowMilliseconds
        }
        guard level >= 1000 else { return false }
        level -= 1000
        return true
    }
}
