/// When a server that stops says goodbye to whom. What is idle goes at once and requests under way go when they are
/// answered; WebSockets and event streams, which can be many and come back, go one after the other at a pace.
struct DrainPlan: Equatable {
    let streamCount: Int
    /// Milliseconds, as are all of them: from then on what is left is cut.
    let dueMilliseconds: UInt64
    private let beganMilliseconds: UInt64
    /// From the first farewell to the last.
    private let spanMilliseconds: UInt64

    /// - Parameters:
    ///   - pacePerSecond: at least 1. A deadline that leaves too little time for it comes first.
    ///   - deadlineMilliseconds: from now.
    ///   - closeMilliseconds: what the last one has to answer in. A deadline that is shorter than twice that gives it a
    ///     half.
    init(
        streamCount: Int, pacePerSecond: Int, nowMilliseconds: UInt64, deadlineMilliseconds: UInt64,
        closeMilliseconds: UInt64
    ) {
        self.streamCount = streamCount
        beganMilliseconds = nowMilliseconds
        dueMilliseconds = nowMilliseconds + deadlineMilliseconds
        let wanted = UInt64(max(0, streamCount - 1)) * 1_000 / UInt64(max(1, pacePerSecond))
        spanMilliseconds = min(wanted, deadlineMilliseconds - min(closeMilliseconds, deadlineMilliseconds / 2))
    }

    /// - Returns: how many streams have been told by then, the first of them at once.
    func toldCount(atMilliseconds now: UInt64) -> Int {
        guard streamCount > 1, spanMilliseconds > 0 else { return streamCount }
        let elapsed = min(now - min(now, beganMilliseconds), spanMilliseconds)
        return 1 + Int(elapsed * UInt64(streamCount - 1) / spanMilliseconds)
    }

    func isOver(atMilliseconds now: UInt64) -> Bool { now >= dueMilliseconds }
}
