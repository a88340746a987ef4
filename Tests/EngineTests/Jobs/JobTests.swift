import Journal
import Logging
import Model
import RoostTesting
import Testing

@testable import Engine

@Suite("Jobs")
struct JobTests {
    private func desk(
        _ journal: Journal, clock: any TimeSource = ManualClock(), limits: JobLimits = JobLimits(),
        show: @escaping @Sendable (JobLogUpdate) -> Void = { _ in }
    ) -> JobDesk {
        JobDesk(
            JobDesk.Tools(
                journal: journal, clock: clock, bell: CommitBell(), limits: limits, log: .init(label: "test"),
                show: show))
    }

    private func headers(_ journal: Journal) async throws -> [EventHeader] {
        let page = try await journal.events(in: .hub, after: 0, limit: 1_000, byteCountMax: 1 << 20)
        guard case .page(let events, _, _) = page else { return [] }
        return events.map(\.header)
    }

    private func types(_ journal: Journal) async throws -> [EventType] { try await headers(journal).map(\.type) }

    /// Until it is over.
    private func end(_ id: Job.ID, _ journal: Journal) async throws -> Job {
        while true {
            let job = try await journal.read { try $0.required(id) }
            if job.status.isOver { return job }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("a job is told of from its making to its end, with its log and what it came to") func life() async throws {
        let journal = try Journal.forTesting()
        let (shown, continuation) = AsyncStream.makeStream(of: JobLogUpdate.self)
        let desk = desk(journal) { continuation.yield($0) }
        let made = try await desk.submit(.backup, by: .local) { reporter in
            try await reporter.say("one\ntwo")
            try await reporter.advance(to: 0.5, "half")
            try await reporter.advance(to: 0.6, "too soon to be told")
            return ["name": "x"]
        }.value
        #expect((made.status, made.createdBy) == (.queued, .local))
        let job = try await end(made.id, journal)
        #expect((job.status, job.progress, job.message) == (.done, 1, "half"))
        #expect(job.result == ["name": "x"])
        #expect(job.startedAt != nil && job.finishedAt != nil)
        #expect(try await journal.read { try $0.log(of: job.id, limit: 10) }.map(\.text) == ["one", "two"])
        #expect(try await types(journal) == [.jobCreated, .jobProgress, .jobProgress, .jobDone])
        #expect(try await headers(journal).allSatisfy { $0.context.jobId == job.id }, "as rows have it")
        continuation.finish()
        var updates: [JobLogUpdate] = []
        for await update in shown { updates.append(update) }
        #expect(updates == [JobLogUpdate(journal: .hub, jobId: job.id, next: 2, text: "one\ntwo\n")])
    }

    @Test("one is at work at a time; so many wait, and no more") func queue() async throws {
        let journal = try Journal.forTesting()
        var limits = JobLimits()
        limits.jobsWaitingMax = 1
        let desk = desk(journal, limits: limits)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let first = try await desk.submit(.backup, by: .local) { _ in
            for await _ in gate {}
            return nil
        }.value
        while try await journal.read({ try $0.required(first.id).status }) != .running { await Task.yield() }
        let second = try await desk.submit(.backup, by: .local) { _ in nil }.value
        await #expect(throws: HubError.self) { try await desk.submit(.backup, by: .local) { _ in nil } }
        #expect(try await journal.read { try $0.required(second.id).status } == .queued)
        opener.finish()
        #expect(try await end(second.id, journal).status == .done)
        #expect(try await journal.read { try $0.required(first.id).status } == .done)
    }

    @Test("one that is cancelled, waiting or at work, ends so, and not again") func cancel() async throws {
        let journal = try Journal.forTesting()
        let desk = desk(journal)
        let first = try await desk.submit(.backup, by: .local) { reporter in
            while true {
                try await reporter.say("on")
                await Task.yield()
            }
        }.value
        let second = try await desk.submit(.backup, by: .local) { _ in nil }.value
        for job in [second, first] {
            let cancelled = try await desk.cancel(job.id, by: .local).value
            #expect((cancelled.status, cancelled.error?.reason) == (.error, .cancelled))
            await #expect(throws: HubError.self) { try await desk.cancel(job.id, by: .local) }
        }
        await desk.stop()
        #expect(try await journal.read { try $0.required(first.id).error?.reason } == .cancelled)
        #expect(try await types(journal).filter { $0 == .jobError }.count == 2)
    }

    @Test("what a hub left unfinished has been interrupted; what goes with a hub that stops, too")
    func interrupted() async throws {
        let folder = try TemporaryFolder()
        let first = try Journal.forTesting(.file(folder.file("j.sqlite")))
        let left = try await first.change(.hub, by: .local) { tx in
            var job = Job(id: tx.make(), kind: .backup, by: .local, at: tx.now)
            try job.begin(at: tx.now)
            try tx.put(job, as: .jobCreated)
            return job
        }.value
        await first.close()
        let second = try Journal.forTesting(.file(folder.file("j.sqlite")), ids: SeededIDs(seed: 2))
        let desk = desk(second)
        try await desk.start()
        #expect(try await second.read { try $0.required(left.id).error?.reason } == .interrupted)
        let other = try await desk.submit(.backup, by: .local) { reporter in
            while true {
                try await reporter.say("on")
                await Task.yield()
            }
        }.value
        while try await second.read({ try $0.required(other.id).status }) != .running { await Task.yield() }
        await desk.stop()
        #expect(try await second.read { try $0.required(other.id).error?.reason } == .interrupted)
        await second.close()
    }

    @Test("an error is the job's, and its words are told") func failed() async throws {
        let journal = try Journal.forTesting()
        let made = try await desk(journal).submit(.backup, by: .local) { _ in throw JournalError.full }.value
        let job = try await end(made.id, journal)
        #expect(job.error == Job.Failure(.failed, "the disk is full; nothing of this was kept"))
    }

    @Test("of a long log the newest lines are kept, of many jobs the newest") func bounds() async throws {
        let journal = try Journal.forTesting()
        var limits = JobLimits()
        (limits.jobLogLinesMax, limits.jobsKeptMax) = (10, 2)
        let desk = desk(journal, limits: limits)
        var last: Job?
        for _ in 0..<4 {
            last = try await desk.submit(.backup, by: .local) { reporter in
                for number in 0..<250 { try await reporter.say("line \(number)") }
                try await reporter.say(String(repeating: "x", count: 10_000))
                return nil
            }.value
            if let last { _ = try await end(last.id, journal) }
        }
        let id = try #require(last?.id)
        let lines = try await journal.read { try $0.log(of: id, limit: 1_000) }
        #expect(lines.map(\.index) == Array(241...250))
        #expect(lines.last?.text.utf8.count == JobLimits.lineByteCountMax)
        await desk.stop()
        #expect(try await journal.read { try $0.jobs() }.count == 2)
        #expect(try await types(journal).filter { $0 == .jobDeleted }.count == 2)
    }
}
