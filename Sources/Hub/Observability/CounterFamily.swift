/// One counter for each value of a label. The values are known beforehand, so that nobody outside can make more of
/// them; what is none of them counts as `other`.
struct CounterFamily: Sendable {
    static let other = "other"

    private let counters: [String: Counter]
    private let rest = Counter()

    init(_ values: some Sequence<String>) {
        counters = Dictionary(values.map { ($0, Counter()) }) { first, _ in first }
    }

    func add(_ value: String?) { (value.flatMap { counters[$0] } ?? rest).add() }

    /// Those that are not 0, by label.
    var values: [(label: String, value: Int)] {
        (counters.map { ($0.key, $0.value.value) } + [(Self.other, rest.value)])
            .filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
            .map { (label: $0.0, value: $0.1) }
    }
}
