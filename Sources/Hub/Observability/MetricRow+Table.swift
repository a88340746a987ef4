import Broker
import Journal

extension MetricRow {
    static let all: [MetricRow] = transport + requests + streams + broker + journal + process

    private static let transport: [MetricRow] = [
        MetricRow(
            "connections_open", .gauge, "Connections that are open.",
            .number { $0.metrics.connectionsOpened.value - $0.metrics.connectionsClosed.value }),
        MetricRow(
            "connections_accepted_total", .counter, "Connections that were accepted.",
            .number { $0.metrics.connectionsOpened.value }),
        MetricRow(
            "refusals_total", .counter, "Requests and connections refused before a handler saw them, by error code.",
            .family(label: "reason") { $0.refusals }),
        MetricRow(
            "tls_handshakes_total", .counter, "TLS handshakes that ended, by how: done or failed.",
            .family(label: "outcome") { $0.handshakes }),
        MetricRow(
            "received_bytes_total", .counter, "Bytes from sockets, TLS included.",
            .number { $0.metrics.bytesReceived.value }),
        MetricRow(
            "sent_bytes_total", .counter, "Bytes that the kernel took for sockets, TLS included.",
            .number { $0.metrics.bytesSent.value }),
        MetricRow(
            "loop_lag_seconds", .histogram, "How much later than asked for a loop's tick came.",
            .histogram { $0.loopLag }),
    ]

    private static let requests: [MetricRow] = [
        MetricRow(
            "http_requests_total", .counter, "Requests answered, by operation; other is what is no operation.",
            .family(label: "operation") { $0.operations }),
        MetricRow(
            "http_requests_by_method_total", .counter, "Requests answered, by method.",
            .family(label: "method") { $0.methods }),
        MetricRow(
            "http_responses_total", .counter, "Answers, by class of status: 1xx to 5xx.",
            .family(label: "class") { $0.statusClasses }),
        MetricRow(
            "http_request_duration_seconds", .histogram, "From a request's last byte to its answer, streams left out.",
            .histogram { $0.durations }),
        MetricRow(
            "access_log_lost_total", .counter, "Lines that the access log had no room for.",
            .number { $0.metrics.accessLogLostCount }),
    ]

    private static let streams: [MetricRow] = [
        MetricRow(
            "streams_open", .gauge, "WebSockets and event streams that are open.",
            .number { $0.metrics.streamsOpened.value - $0.metrics.streamsClosed.value }),
        MetricRow(
            "stream_closes_total", .counter, "WebSockets and event streams that ended, by close code.",
            .family(label: "code") { $0.closeCodes }),
        MetricRow(
            "websocket_messages_received_total", .counter, "Messages from WebSockets.",
            .number { $0.metrics.messagesReceived.value }),
        MetricRow(
            "stream_frames_sent_total", .counter, "Frames handed to WebSockets and event streams.",
            .number { $0.metrics.framesSent.value }),
    ]

    private static let broker: [MetricRow] = [
        MetricRow("viewers", .gauge, "Streams that have subscribed.", .number { $0.broker.viewers }),
        MetricRow("subscriptions", .gauge, "Subscriptions.", .number { $0.broker.subscriptions }),
        MetricRow(
            "ring_journals", .gauge, "Journals whose newest events are in memory.", .number { $0.broker.journals }),
        MetricRow("ring_items", .gauge, "Newest events in memory.", .number { $0.broker.ringItems }),
        MetricRow("ring_bytes", .gauge, "Bytes of newest events in memory.", .number { $0.broker.ringBytes }),
        MetricRow(
            "events_ingested_total", .counter, "Events that came from the journal.",
            .number { $0.broker.eventsIngested }),
        MetricRow(
            "frames_made_total", .counter, "Frames made of events, each shared by its channel.",
            .number { $0.broker.framesMade }),
        MetricRow("frames_pulled_total", .counter, "Frames that streams pulled.", .number { $0.broker.framesPulled }),
        MetricRow(
            "fell_behind_total", .counter, "How often a subscription had to read the journal's pages.",
            .number { $0.broker.behind }),
        MetricRow(
            "replaceables_dropped_total", .counter, "Deltas and presence that were dropped.",
            .number { $0.broker.replaceablesDropped }),
    ]

    private static let journal: [MetricRow] = [
        MetricRow("journal_commits_total", .counter, "Commits of the journal.", .number { $0.journal.commits }),
        MetricRow(
            "journal_commit_failures_total", .counter, "Commits that failed, and kept nothing.",
            .number { $0.journal.failures }),
        MetricRow(
            "journal_batch_units", .summary, "Changes that shared a commit.",
            .summary(sum: { $0.journal.units }, count: { $0.journal.commits })),
        MetricRow(
            "journal_waiting_changes", .gauge, "Changes that wait for the writer.", .number { $0.journal.waiting }),
    ]

    /// By the names that Prometheus' own clients have for them.
    private static let process: [MetricRow] = [
        MetricRow(
            "process_resident_memory_bytes", .gauge, "Resident memory of the hub's process.",
            .number { $0.process.residentBytes }, prefix: ""),
        MetricRow(
            "process_cpu_seconds_total", .counter, "Processor time of the hub's process.",
            .milliseconds { $0.process.cpuMilliseconds }, prefix: ""),
        MetricRow(
            "process_open_fds", .gauge, "Descriptors that are open.", .number { $0.process.openDescriptors },
            prefix: ""),
        MetricRow(
            "process_max_fds", .gauge, "Descriptors that may be open.", .number { $0.process.descriptorsMax },
            prefix: ""),
        MetricRow(
            "process_start_time_seconds", .gauge, "When the hub's process started, in seconds since 1970.",
            .milliseconds { $0.process.startMilliseconds }, prefix: ""),
    ]
}
