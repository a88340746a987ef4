package import Journal
internal import Logging
package import Model

/// Has the hub's own long tasks done, one after another: they are the disk's work, and the disk is one. What waits for a
/// network waits in a line of its own.
package actor JobDesk {
    /// - Returns: what the job came to.
    package typealias Work = @Sendable (JobReporter) async throws -> JSONValue?

    struct Tools: Sendable {
        let journal: Journal
        let clock: any TimeSource
        let bell: CommitBell
        let limits: JobLimits
        let log: Logger
        /// Gets new lines of a log, when they are durable.
        let show: @Sendable (JobLogUpdate) -> Void
    }

    private let tools: Tools
    /// Those that are not over.
    private var tasks: [Job.ID: Task<Void, Never>] = [:]
    private var last: [Bool: Task<Void, Never>] = [:]
    private var isStopping = false

    init(_ tools: Tools) { self.tools = tools }

    /// What an earlier hub left unfinished has ended with it.
    func start() async throws {
        let reason = Job.Failure(.interrupted, "the hub went while the job was not over")
        for left in try await tools.journal.read({ try $0.jobs(statuses: [.queued, .running]) }) {
            try await end(left.id) { job, now throws(Job.Over) in try job.fail(reason, at: now) }
        }
    }

    /// Returns when all have ended, before their time.
    package func stop() async {
        isStopping = true
        for task in tasks.values { task.cancel() }
        for task in tasks.values { await task.value }
    }

    /// - Throws: `HubError` `.limitExceeded`.
    func submit(
        _ kind: Job.Kind, in project: Project.ID? = nil, by actor: Actor, _ work: @escaping Work
    ) async throws -> Committed<Job> {
        try requireTaking()
        let made = try await tools.journal.change(project.map(JournalKey.project) ?? .hub, by: actor) { [self] tx in
            try file(kind, as: tx.make(), in: project, by: actor, tx)
        }
        take(made.value, work)
        return made
    }

    /// - Throws: `HubError` `.shuttingDown`.
    func requireTaking() throws {
        guard !isStopping else { throw HubError(.shuttingDown, "the hub is shutting down") }
    }

    /// Makes a job's row in the caller's unit of work; `take` is to follow.
    /// - Throws: `HubError` `.limitExceeded`.
    nonisolated func file(
        _ kind: Job.Kind, as id: Job.ID, in project: Project.ID?, by actor: Actor, _ tx: Transaction
    ) throws -> Job {
        let job = Job(id: id, kind: kind, projectId: project, by: actor, at: tx.now)
        let most = tools.limits.jobsWaitingMax
        guard try tx.jobs(statuses: [.queued], limit: most).count < most else {
            throw HubError.limit("jobsWaitingMax", most, "too many jobs are waiting already")
        }
        try tx.put(job, as: .jobCreated)
        return job
    }

    /// Has a job done that has its row.
    func take(_ job: Job, _ work: @escaping Work) {
        let lane = job.kind.isOfNetwork
        let before = last[lane]
        let task = Task { [tools] in
            // The caller's request is not the job's: what it does later is no answer to it.
            await Receipt.$current.withValue(nil) {
                await before?.value
                await run(job, work)
                await forgetOld(tools)
            }
        }
        (tasks[job.id], last[lane]) = (task, task)
    }

    /// - Throws: `HubError` `.illegalTransition` when it is over.
    func cancel(_ id: Job.ID, by actor: Actor) async throws -> Committed<Job> {
        let cancelled = try await tools.journal.change(of: id, by: actor) { tx in
            var job = try tx.required(id)
            guard !job.status.isOver else {
                throw HubError.illegal("cancel", "job \(id)", currentStatus: job.status.rawValue)
            }
            try job.fail(Job.Failure(.cancelled, "it was cancelled"), at: tx.now)
            try tx.put(job, as: .jobError)
            // One that waited never begins, and says nothing of its project.
            try tx.endClone(job, because: "it was cancelled")
            return job
        }
        tasks[id]?.cancel()
        return cancelled
    }

    private func run(_ job: Job, _ work: Work) async {
        defer { tasks[job.id] = nil }
        do {
            guard try await begin(job.id) else { return }
            let reporter = JobReporter(job, tools)
            let outcome: Result<JSONValue?, any Error>
            do { outcome = .success(try await work(reporter)) } catch { outcome = .failure(error) }
            try await reporter.flush()
            try await end(job.id) { [isStopping] job, now throws(Job.Over) in
                switch outcome {
                case .success(let result): try job.finish(result, at: now)
                case .failure(let error): try job.fail(Self.failure(for: error, isStopping: isStopping), at: now)
                }
            }
            if case .failure(let error) = outcome, !(error is CancellationError) {
                tools.log.error("a job failed", metadata: ["job": "\(job.id)", "error": "\(error)"])
            }
        } catch {
            // It is found unfinished when the hub starts again.
            tools.log.error("a job could not be told of", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }

    private static func failure(for error: any Error, isStopping: Bool) -> Job.Failure {
        switch error {
        case is CancellationError where isStopping: Job.Failure(.interrupted, "the hub is going down")
        case is CancellationError: Job.Failure(.cancelled, "it was cancelled")
        case let error as HubError: Job.Failure(.failed, error.detail)
        case JournalError.full: Job.Failure(.failed, "the disk is full; nothing of this was kept")
        default: Job.Failure(.failed, "\(error)")
        }
    }

    /// - Returns: false when it was cancelled while it waited.
    private func begin(_ id: Job.ID) async throws -> Bool {
        try await tools.journal.change(of: id, by: .system) { tx in
            var job = try tx.required(id)
            guard !job.status.isOver else { return false }
            try job.begin(at: tx.now)
            try tx.put(job, as: .jobProgress)
            return true
        }.value
    }

    private func end(
        _ id: Job.ID, _ change: @escaping @Sendable (inout Job, Timestamp) throws(Job.Over) -> Void
    ) async throws {
        try await tools.journal.change(of: id, by: .system) { tx in
            var job = try tx.required(id)
            guard !job.status.isOver else { return }
            try change(&job, tx.now)
            try tx.put(job, as: job.error == nil ? .jobDone : .jobError, severity: job.error == nil ? .info : .error)
        }
    }

    private nonisolated func forgetOld(_ tools: Tools) async {
        do {
            try await tools.journal.change(.hub, by: .system) { tx in
                for job in try tx.jobs(statuses: [.done, .error]).dropFirst(tools.limits.jobsKeptMax) {
                    try tx.delete(job, as: .jobDeleted)
                }
            }
        } catch {
            tools.log.warning("old jobs were not forgotten", metadata: ["error": "\(error)"])
        }
    }
}

extension Engine {
    package func cancelJob(_ id: Job.ID, by actor: Actor) async throws -> Committed<Job> {
        try await jobs.cancel(id, by: actor)
    }
}
