import Testing

@testable import Hub

@Suite("When clients come back") struct RetrySpreadTests {
    private struct Counting: RandomNumberGenerator {
        var state: UInt64 = 1
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    @Test(
        "the window grows with their number, up to its end",
        arguments: [(0, 0), (1, 2), (500, 1_000), (1 << 40, 60_000)])
    func window(viewers: Int, windowMs: Int) {
        let spread = RetrySpread(leastMs: 1_000, perSecond: 500)
        var generator = Counting()
        let delays = (0..<2_000).map { _ in spread.delayMs(among: viewers, using: &generator) }
        #expect(delays.allSatisfy { (1_000...(1_000 + windowMs)).contains($0) })
        // They use all of it.
        #expect((delays.max() ?? 0) >= 1_000 + windowMs * 9 / 10)
        #expect((delays.min() ?? .max) <= 1_000 + windowMs / 10)
    }
}
