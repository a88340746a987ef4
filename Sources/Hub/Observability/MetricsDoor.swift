package import Broker
package import Journal
import Model
package import Transport
package import WebCodec
import Wire

/// `/metrics`, for the machine that the hub runs on: it tells what everybody does.
package struct MetricsDoor: Sendable {
    private let metrics: Metrics
    private let broker: @Sendable () -> BrokerStatistics
    private let journal: @Sendable () -> JournalStatistics
    private let process: @Sendable () -> ProcessStatistics

    package init(
        _ metrics: Metrics, broker: @escaping @Sendable () -> BrokerStatistics,
        journal: @escaping @Sendable () -> JournalStatistics, process: @escaping @Sendable () -> ProcessStatistics
    ) {
        (self.metrics, self.broker, self.journal, self.process) = (metrics, broker, journal, process)
    }

    /// - Returns: nil for another path.
    package func respond(to head: RequestHead, from remote: RemoteAddress) -> Response? {
        guard head.path == ["metrics"] else { return nil }
        switch head.method {
        case .get, .head: break
        case .options: return .options([.get])
        case .post, .put, .patch, .delete, .other: return .wrongMethod(head, allowed: [.get])
        }
        guard remote.isLoopback || remote == .unix else {
            return .problem(HubError(.forbidden, "metrics are for callers on the hub's own machine"), at: head)
        }
        let sources = MetricSources(metrics: metrics, broker: broker(), journal: journal(), process: process())
        var text = MetricsText()
        for row in MetricRow.all { row.write(sources, to: &text) }
        return Response(
            headers: ["Content-Type": MetricsText.mediaType, "Cache-Control": "no-store"],
            body: .bytes(Array(text.text.utf8)))
    }
}
