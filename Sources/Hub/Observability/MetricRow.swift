/// One metric: its name is API, and is in `protocol/metrics.md`.
struct MetricRow: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram, summary }

    enum Value: Sendable {
        case number(@Sendable (MetricSources) -> Int)
        /// Shown in seconds.
        case milliseconds(@Sendable (MetricSources) -> Int)
        case family(label: String, @Sendable (Metrics) -> CounterFamily)
        case histogram(@Sendable (Metrics) -> Histogram)
        case summary(sum: @Sendable (MetricSources) -> Int, count: @Sendable (MetricSources) -> Int)
    }

    let name: String
    let type: Kind
    let help: String
    let value: Value

    init(_ name: String, _ type: Kind, _ help: String, _ value: Value, prefix: String = "roost_") {
        (self.name, self.type, self.help, self.value) = (prefix + name, type, help, value)
    }

    func write(_ sources: MetricSources, to text: inout MetricsText) {
        text.begin(self)
        switch value {
        case .number(let read): text.sample(name, [], "\(read(sources))")
        case .milliseconds(let read): text.sample(name, [], MetricsText.seconds(milliseconds: read(sources)))
        case .family(let label, let family):
            for (value, count) in family(sources.metrics).values { text.sample(name, [(label, value)], "\(count)") }
        case .summary(let sum, let count):
            text.sample(name + "_sum", [], "\(sum(sources))")
            text.sample(name + "_count", [], "\(count(sources))")
        case .histogram(let read):
            let histogram = read(sources.metrics)
            let counts = histogram.cumulative
            for (bound, count) in zip(Histogram.boundsMs, counts) {
                text.sample(name + "_bucket", [("le", MetricsText.seconds(milliseconds: Int(bound)))], "\(count)")
            }
            let total = counts.last ?? 0
            text.sample(name + "_bucket", [("le", "+Inf")], "\(total)")
            text.sample(name + "_sum", [], MetricsText.seconds(milliseconds: histogram.sumMilliseconds))
            text.sample(name + "_count", [], "\(total)")
        }
    }

    /// Its line in the documents.
    var documentLine: String {
        let label: String
        switch value {
        case .family(let name, _): label = "`\(name)`"
        case .histogram: label = "`le`"
        case .number, .milliseconds, .summary: label = ""
        }
        return "| `\(name)` | \(type.rawValue) | \(label) | \(help) |"
    }
}
