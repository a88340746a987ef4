@testable import Hub
import Model
import Testing

@Suite("Buckets of tokens") struct TokenBucketTests {
    private let start = Timestamp(millisecondsSince1970: 1_000_000)

    @Test("give a burst, then so many a second")
    func burstThenRate() {
        var rate = TokenBucket(perSecond: 50, burst: 200, at: start)
        #expect((0..<200).filter { _ in rate.take(1, at: start) }.count == 200)
        let taken = (1...1_000).filter { rate.take(1, at: start.adding(milliseconds: Int64($0))) }
        #expect(taken.count == 50)
        let later = start.adding(milliseconds: 60_000)
        let (tooMuch, burst) = (rate.take(201, at: later), rate.take(200, at: later))
        #expect((tooMuch, burst) == (false, true), "never more than the burst")
    }

    @Test("do not fill when the clock is set back")
    func backwards() {
        var rate = TokenBucket(perSecond: 1, burst: 1, at: start)
        let taken = [0, -5_000].map { rate.take(1, at: start.adding(milliseconds: $0)) }
        #expect(taken == [true, false])
    }

    @Test("say when there is one again, in whole seconds, and that is so")
    func wait() {
        var bucket = TokenBucket(perSecond: 6.0 / 60, burst: 6, at: start)
        let (all, wait) = (bucket.take(6, at: start), bucket.secondsUntilNext(at: start))
        #expect(all && wait == 10)
        let early = start.adding(milliseconds: 9_500)
        let (rest, taken) = (bucket.secondsUntilNext(at: early), bucket.take(1, at: early))
        #expect(rest == 1 && !taken)
        let inTime = bucket.take(1, at: start.adding(milliseconds: 10_000))
        #expect(inTime)
        let full = [69_000, 70_000].map { bucket.isFull(at: start.adding(milliseconds: $0)) }
        #expect(full == [false, true])
    }
}
