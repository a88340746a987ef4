import Broker
import Journal
import Testing
import Transport
import WebCodec

@testable import Hub

@Suite("Metrics") struct MetricsTests {
    private static func text(_ metrics: Metrics) -> String {
        let sources = MetricSources(
            metrics: metrics, broker: BrokerStatistics(), journal: JournalStatistics(commits: 2, units: 9),
            process: ProcessStatistics())
        var text = MetricsText()
        for row in MetricRow.all { row.write(sources, to: &text) }
        return text.text
    }

    @Test("every metric has its two lines, once, and a name that is allowed")
    func rows() throws {
        let text = Self.text(Metrics())
        for row in MetricRow.all {
            #expect(row.name.wholeMatch(of: #/(roost|process)_[a-z_]+/#) != nil)
            #expect(text.contains("# HELP \(row.name) \(row.help)\n# TYPE \(row.name) \(row.type.rawValue)\n"))
            #expect(row.name.hasSuffix("_total") == (row.type == .counter), "\(row.name)")
        }
        #expect(Set(MetricRow.all.map(\.name)).count == MetricRow.all.count)
        #expect(text.contains("\nroost_journal_batch_units_sum 9\nroost_journal_batch_units_count 2\n"))
    }

    @Test("what happens is counted")
    func counted() {
        let metrics = Metrics()
        metrics.connectionOpened()
        metrics.connectionOpened()
        metrics.connectionClosed()
        metrics.refused(.bodyTooLarge)
        metrics.handshakeEnded(succeeded: false)
        metrics.streamOpened()
        var record = ExchangeRecord(requestId: "r", remote: .unix, status: 404, milliseconds: 7)
        (record.method, record.notes.operation) = ("GET", "info")
        metrics.ended(record)
        record.closeCode = 1001
        metrics.ended(record)
        let text = Self.text(metrics)
        for line in [
            "roost_connections_open 1", "roost_connections_accepted_total 2",
            "roost_refusals_total{reason=\"PAYLOAD_TOO_LARGE\"} 1", "roost_tls_handshakes_total{outcome=\"failed\"} 1",
            "roost_http_requests_total{operation=\"info\"} 1", "roost_http_responses_total{class=\"4xx\"} 1",
            "roost_stream_closes_total{code=\"1001\"} 1", "roost_streams_open 0",
            "roost_http_request_duration_seconds_bucket{le=\"0.005\"} 0",
            "roost_http_request_duration_seconds_bucket{le=\"0.010\"} 1",
            "roost_http_request_duration_seconds_bucket{le=\"+Inf\"} 1",
            "roost_http_request_duration_seconds_sum 0.007", "roost_http_request_duration_seconds_count 1",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
    }

    @Test("strangers cannot make labels")
    func bounded() {
        let metrics = Metrics()
        for number in 0..<1_000 {
            var record = ExchangeRecord(requestId: "r", remote: .unix, status: 200, milliseconds: 1)
            record.method = "M\(number)"
            metrics.ended(record)
            record.closeCode = UInt16(4_200 + number)
            metrics.ended(record)
        }
        let text = Self.text(metrics)
        #expect(text.contains("roost_http_requests_by_method_total{method=\"other\"} 1000\n"))
        #expect(text.contains("roost_stream_closes_total{code=\"other\"} 1000\n"))
    }

    @Test("texts are escaped as the format wants")
    func escaped() {
        #expect(MetricsText.escapedHelp("a\\b\nc\"") == "a\\\\b\\nc\"")
        #expect(MetricsText.escapedLabel("a\\b\nc\"") == "a\\\\b\\nc\\\"")
        #expect(MetricsText.seconds(milliseconds: 12_034) == "12.034")
    }

    @Test("/metrics is for this machine, and the document lists every row")
    func door() async throws {
        let hub = try TestHub()
        let here = try await hub.send("GET /metrics")
        #expect(here.status == 200)
        #expect(here.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        let there = try await hub.send("GET /metrics", bytes: [], from: RemoteAddress(host: "192.0.2.1", port: 1))
        #expect(there.status == 403)
        let document = try #require(ProtocolDocuments.generate()["metrics.md"])
        for row in MetricRow.all { #expect(document.contains(row.documentLine)) }
    }
}
