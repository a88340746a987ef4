import Client
import RoostTesting
import Testing

@Suite("Backoff") struct BackoffTests {
    private static let boundsMs = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]

    /// Gives the most, or the least, that chance can give. Not 0 itself, which a fair choice throws away and asks again.
    private struct Extreme: RandomNumberGenerator {
        let value: UInt64
        mutating func next() -> UInt64 { value }
    }

    @Test("waits at most a bound that doubles from 0.5 s to 20 s, and stays there")
    func bounds() {
        var (longest, shortest) = (Backoff(), Backoff())
        var (most, least) = (Extreme(value: .max), Extreme(value: 1 << 32))
        for boundMs in Self.boundsMs {
            #expect(longest.next(using: &most) == .milliseconds(boundMs))
            #expect(shortest.next(using: &least) == .zero)
        }
    }

    @Test("spreads over the whole of the bound", arguments: 0..<20 as Range<UInt64>)
    func jitter(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var waits: Set<Duration> = []
        for _ in 0..<20 {
            var backoff = Backoff()
            let wait = backoff.next(using: &random)
            #expect((.zero ... .milliseconds(Backoff.firstMs)).contains(wait))
            waits.insert(wait)
        }
        #expect(waits.count > 10)
    }

    @Test("begins anew after a connection that was of use")
    func reset() {
        var (backoff, most) = (Backoff(), Extreme(value: .max))
        for _ in 0..<9 { _ = backoff.next(using: &most) }
        backoff.reset()
        #expect(backoff.next(using: &most) == .milliseconds(Backoff.firstMs))
        #expect(backoff.next(using: &most) == .milliseconds(2 * Backoff.firstMs))
    }
}
