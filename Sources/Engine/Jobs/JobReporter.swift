import Journal
package import Model

/// How a job's work says what it does: lines for its log, and how far it is. It may be called as often as the work
/// likes; what is written of it is gathered.
package actor JobReporter {
    /// Twice a second is as often as anybody looks at a bar.
    private static let progressMs: Int64 = 500
    /// What is gathered is shown after a quarter of a second, or when there are so many lines.
    private static let linesMs: Int64 = 250
    private static let linesWaitingMax = 100

    package nonisolated let job: Job
    private let desk: JobDesk.Tools
    private var lines: [(ts: Timestamp, text: String)] = []
    private var flushedAt: Timestamp
    private var toldAt: Timestamp

    init(_ job: Job, _ desk: JobDesk.Tools) {
        self.job = job
        self.desk = desk
        flushedAt = desk.clock.now()
        toldAt = Timestamp(millisecondsSince1970: 0)
    }

    /// - Throws: `CancellationError` when the job is to end.
    package func say(_ text: String) async throws {
        try Task.checkCancellation()
        let now = desk.clock.now()
        for line in text.split(whereSeparator: \.isNewline) {
            lines.append((now, String(String(line).prefix(bytesMax: JobLimits.lineByteCountMax))))
        }
        let isDue = now.millisecondsSince1970 - flushedAt.millisecondsSince1970 >= Self.linesMs
        if isDue || lines.count >= Self.linesWaitingMax { try await flush() }
    }

    /// - Parameter progress: 0 to 1; it never goes back.
    /// - Throws: `CancellationError` when the job is to end.
    package func advance(to progress: Double, _ message: String) async throws {
        try Task.checkCancellation()
        let now = desk.clock.now()
        guard now.millisecondsSince1970 - toldAt.millisecondsSince1970 >= Self.progressMs else { return }
        toldAt = now
        try await desk.journal.change(of: job.id, by: .system) { [id = job.id] tx in
            var job = try tx.required(id)
            // It has been told of its end already.
            guard !job.status.isOver else { return }
            try job.advance(to: progress, message, at: tx.now)
            try tx.put(job, as: .jobProgress)
        }
    }

    /// What is gathered is durable, then shown.
    func flush() async throws {
        guard !lines.isEmpty else { return }
        let (id, written, kept) = (job.id, lines, desk.limits.jobLogLinesMax)
        lines = []
        flushedAt = desk.clock.now()
        let first = try await desk.journal.change(job.journal, by: .system) { tx in
            try tx.append(written, to: id, kept: kept)
        }.value
        desk.show(
            JobLogUpdate(
                journal: job.journal, jobId: id, next: first + written.count,
                text: written.map { $0.text + "\n" }.joined()))
        desk.bell.ring(job.journal)
    }
}

/// Lines of a job's log, while they are new.
package struct JobLogUpdate: Sendable, Equatable {
    package let journal: JournalKey
    package let jobId: Job.ID
    /// The index of the line after them.
    package let next: Int
    /// Each line with its end.
    package let text: String
}
