import Broker
import Journal

/// All that one look at the metrics reads.
struct MetricSources: Sendable {
    let metrics: Metrics
    let broker: BrokerStatistics
    let journal: JournalStatistics
    let process: ProcessStatistics
}
