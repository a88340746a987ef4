/// How often a time fell below each bound. Milliseconds come in, seconds are shown.
struct Histogram: Sendable {
    /// 1 ms to 10 s: below is noise, above is trouble however long.
    static let boundsMs: [UInt64] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

    private let buckets = Self.boundsMs.map { _ in Counter() } + [Counter()]
    private let sumMs = Counter()

    func add(milliseconds: UInt64) {
        buckets[Self.boundsMs.firstIndex { milliseconds <= $0 } ?? Self.boundsMs.count].add()
        sumMs.add(Int(clamping: milliseconds))
    }

    /// Cumulative, as Prometheus wants them; the last one is the count of all.
    var cumulative: [Int] {
        var total = 0
        return buckets.map { bucket in
            total += bucket.value
            return total
        }
    }

    var sumMilliseconds: Int { sumMs.value }
}
