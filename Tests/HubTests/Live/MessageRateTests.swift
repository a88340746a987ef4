@testable import Hub
import Model
import Testing

@Suite("The rate of messages") struct MessageRateTests {
    private let start = Timestamp(millisecondsSince1970: 1_000_000)

    @Test("is a burst, then so many a second")
    func burstThenRate() {
        var rate = MessageRate(perSecond: 50, burst: 200, at: start)
        #expect((0..<200).filter { _ in rate.take(1, at: start) }.count == 200)
        let taken = (1...1_000).filter { rate.take(1, at: start.adding(milliseconds: Int64($0))) }
        #expect(taken.count == 50)
        let later = start.adding(milliseconds: 60_000)
        let (tooMuch, burst) = (rate.take(201, at: later), rate.take(200, at: later))
        #expect((tooMuch, burst) == (false, true), "never more than the burst")
    }

    @Test("does not grow when the clock is set back")
    func backwards() {
        var rate = MessageRate(perSecond: 1, burst: 1, at: start)
        let taken = [0, -5_000].map { rate.take(1, at: start.adding(milliseconds: $0)) }
        #expect(taken == [true, false])
    }
}
