import Testing

@testable import Transport

@Suite("Drain plan") struct DrainPlanTests {
    struct Case: Sendable {
        var streams = 0
        var pace = 0
        var deadline: UInt64 = 0
        var close: UInt64 = 5_000
        /// Told so many by so many milliseconds.
        var told: [UInt64: Int] = [:]
    }

    static let cases: [Case] = [
        Case(streams: 0, pace: 100, deadline: 30_000, told: [0: 0, 30_000: 0]),
        Case(streams: 1, pace: 100, deadline: 30_000, told: [0: 1]),
        Case(streams: 11, pace: 1, deadline: 30_000, told: [0: 1, 999: 1, 1_000: 2, 9_999: 10, 10_000: 11]),
        Case(streams: 1_001, pace: 500, deadline: 30_000, told: [0: 1, 250: 126, 1_000: 501, 2_000: 1_001]),
        // Too many for the pace: all are told while there is time to answer.
        Case(streams: 101, pace: 1, deadline: 30_000, told: [0: 1, 12_500: 51, 24_999: 100, 25_000: 101]),
        // A deadline that is shorter than two answers.
        Case(streams: 101, pace: 1, deadline: 1_000, told: [0: 1, 250: 51, 500: 101]),
        Case(streams: 101, pace: 1, deadline: 0, told: [0: 101]),
        // As many as the pace allows in less than a millisecond each.
        Case(streams: 10_001, pace: 100_000, deadline: 30_000, told: [0: 1, 1: 101, 100: 10_001]),
    ]

    @Test("streams are told at the pace, the first at once, the last in time", arguments: cases.indices)
    func told(index: Int) {
        let given = Self.cases[index]
        let began: UInt64 = 7_777
        let plan = DrainPlan(
            streamCount: given.streams, pacePerSecond: given.pace, nowMilliseconds: began,
            deadlineMilliseconds: given.deadline, closeMilliseconds: given.close)
        for (elapsed, count) in given.told {
            #expect(plan.toldCount(atMilliseconds: began + elapsed) == count, "after \(elapsed) ms")
        }
        #expect(plan.toldCount(atMilliseconds: began + given.deadline) == given.streams)
        #expect(!plan.isOver(atMilliseconds: began + given.deadline - min(1, given.deadline)) || given.deadline == 0)
        #expect(plan.isOver(atMilliseconds: began + given.deadline))
    }

    @Test("each has one turn, the oldest first, also when time stands still or jumps")
    func turns() {
        let plan = DrainPlan(
            streamCount: 5, pacePerSecond: 1, nowMilliseconds: 0, deadlineMilliseconds: 60_000,
            closeMilliseconds: 5_000)
        var drain = Drain(plan, streams: [2, 3, 5, 7, 11])
        let taken = [0, 0, 1_000, 900, 3_500, 60_000, 60_001].map { Array(drain.take(atMilliseconds: $0)) }
        #expect(taken == [[2], [], [3], [], [5, 7], [11], []])
    }
}
