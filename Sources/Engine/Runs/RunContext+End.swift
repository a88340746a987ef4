import Agents
import Journal
import Keeper
import Logging
import Model
import Repository

// The end of a process: its work is committed, its run moves on.
extension RunContext {
    /// What git says about a run when its process has ended.
    private struct Work: Sendable {
        var headCommit: String?
        var diff: DiffStats?
        /// What it changed, file by file.
        var changes: RunDiff?
        /// What its commits begin with now, where that has moved.
        var base: String?
        /// Why the work could not be committed; it is still in the worktree.
        var trouble: String?
    }

    /// Commits the work, then settles process and run in one unit of work.
    func settle(_ process: ChildProcess.ID, _ end: ProcessEnd) async throws {
        let run = try await journal.read { reader in
            guard let row = try reader.get(process) else { throw CancellationError() }
            return try reader.required(row.runId)
        }
        let work = try await saveWork(of: run)
        try await journal.change(.project(run.projectId), by: .system) { [catalog, settings] tx in
            try settle(process, end, work, tx: tx, catalog: catalog, settings: settings)
        }
        await tellSummary(of: run.id, changes: work.changes)
    }

    private func settle(
        _ id: ChildProcess.ID, _ end: ProcessEnd, _ work: Work, tx: Transaction, catalog: AgentCatalog,
        settings: EngineSettings
    ) throws {
        guard var process = try tx.get(id) else { throw CancellationError() }
        var run = try tx.required(process.runId)
        var outcome: TurnOutcome?
        if var turn = try Turn(id, in: tx, catalog: catalog, settings: settings) {
            try turn.exited(end.agentExit(settings.limits))
            if case .sessionLost = turn.record.outcome {
                try turn.note(.systemMessage, "A new session is begun, which is told what came before.")
            }
            if let survivors = end.survivors { try turn.note(.errorMessage, "The agent has ended, but \(survivors).") }
            if let trouble = work.trouble { try turn.note(.errorMessage, "The work was not committed: \(trouble)") }
            try turn.store()
            (process, run, outcome) = (turn.process, turn.run, turn.record.outcome)
        }
        if case .bot(let bot) = end { process.end(bot, saying: outcome, bytes: try tx.progress(of: id)?.stdoutOffset) }
        process.end(end, stoppedByUs: !run.holdsPlace, at: tx.now)
        process.afterCommit = work.headCommit
        try tx.put(process, as: .processCompleted)
        try tx.forget(id)
        run.headCommit = work.headCommit ?? run.headCommit
        run.diff = work.diff ?? run.diff
        if let base = work.base { (run.baseCommit, run.merge) = (base, run.restingMerge) }
        if case .completed(let summary) = outcome { run.summary = summary }
        try tx.noteProposal(of: run)
        run.outputBytes = (run.outputBytes ?? 0) + process.stdoutBytes + process.stderrBytes
        if case .sessionLost(let why) = outcome, run.holdsPlace {
            try tx.beginAnew(&run, after: process, why, bytesMax: settings.limits.handOverBytesMax)
        } else {
            try tx.finish(&run, end.outcome(outcome), told: process)
        }
    }

    private func saveWork(of run: Run) async throws -> Work {
        guard let worktree = run.worktreePath, let base = run.baseCommit else { return Work() }
        do {
            if run.purpose != nil {
                // Whatever it was told, it changes nothing; what it did all the same is on a ref of its own.
                _ = try await git.rewind(worktree, to: base, message: CommitMessage.make(for: run))
                return Work(headCommit: base, diff: DiffStats(filesChanged: 0, additions: 0, deletions: 0))
            }
            // What the agent committed by itself counts too.
            let saved = try await git.saveWork(worktree, message: CommitMessage.make(for: run))
            let head = if let saved { saved } else { try await git.headCommit(worktree) }
            let moved = try await movedBase(of: run, in: worktree)
            let diff = try await git.diff(worktree: worktree, against: moved ?? base, patches: false)
            return Work(headCommit: head, diff: diff.stats, changes: RunDiff(diff), base: moved)
        } catch let error as CancellationError {
            // The hub goes down; the next one settles it.
            throw error
        } catch {
            log.error("Work not committed", metadata: ["run": "\(run.id)", "error": "\(error)"])
            return Work(trouble: "\(error)")
        }
    }

    /// What a run's commits begin with now, if it had a conflict that its agent was to bring together and has; else nil.
    private func movedBase(of run: Run, in worktree: String) async throws -> String? {
        guard run.merge == .conflict, let branch = run.branch,
            try await git.operation(in: worktree) == nil,
            try await git.branchExists(worktree, branch: branch),
            let base = try await git.mergeBase(worktree, "HEAD", "refs/heads/" + run.targetBranch),
            base != run.baseCommit
        else { return nil }
        return base
    }

    /// Interrupts a run that should have a process and of which there is none.
    func interruptIfAlone(_ id: Run.ID) async throws {
        let reason = "the hub found no process of it"
        let project = try await journal.read { try $0.required(id).projectId }
        try await journal.change(.project(project), by: .system) { [log] tx in
            var run = try tx.required(id)
            guard run.holdsPlace, try tx.agentProcess(of: id).map({ $0.endedAt != nil }) ?? true else { return }
            log.warning("A run without a process", metadata: ["run": "\(id)"])
            try tx.finish(&run, .interrupted(reason: reason), told: nil)
        }
    }
}

extension Transaction {
    /// Ends an active run, or notes what is new on one that a verb has ended before; a message that waits for the next
    /// turn queues it again.
    /// - Parameter told: what the process that has ended was told at its start.
    fileprivate func finish(_ run: inout Run, _ outcome: Run.Outcome, told: ChildProcess?) throws {
        do {
            guard run.holdsPlace else {
                run.touch(at: now)
                try put(run, as: .runUpdated)
                return
            }
            if case .failed(let failure) = outcome, try postpone(&run, failure, told: told) { return }
            let effects = try run.apply(.finished(outcome), at: now)
            if effects.contains(.cancelApprovals) { try cancelApprovals(of: run.id) }
            if run.status == .completed, try policy(of: required(run.projectId)).requireReview == true {
                run.review = .requested
            }
            try put(run, as: outcome.eventType, severity: outcome.severity)
            try sendQueuedDraft(to: &run)
            if run.nextPrompt != nil {
                _ = try run.apply(.followUp, at: now)
                try put(run, as: .runQueued)
            } else if try run.status != .completed || !advanceByItself(&run) {
                try reviewCard(of: run)
            }
        } catch let error as Run.IllegalTransition {
            preconditionFailure("an active run can finish: \(error)")
        }
    }

    /// Its agent does not know the session any more, since its files are gone or another machine's: better than to have lost
    /// the run is a new session that is told what came before.
    fileprivate func beginAnew(
        _ run: inout Run, after process: ChildProcess, _ why: String, bytesMax: Int
    ) throws {
        run.forgetSession()
        let handOver = try HandOver(of: run, besides: process.id, in: self, bytesMax: bytesMax).text
        // What came too late for the process comes behind what it was told.
        let words = [process.prompt, run.nextPrompt].compactMap(\.self).joined(separator: "\n\n")
        let told = handOver + "\n\n" + words
        run.nextPrompt = told.utf8.count <= Limits.promptBytesMax ? told : words
        let files = (process.attachments ?? []) + (run.nextAttachments ?? [])
        run.nextAttachments = files.isEmpty ? nil : files
        let effects = try run.apply(.postponed(.retry, until: now, because: Run.Failure(.agent, why)), at: now)
        if effects.contains(.cancelApprovals) { try cancelApprovals(of: run.id) }
        try put(run, as: .runWaiting, severity: .warning)
        _ = try run.apply(.due, at: now)
        try put(run, as: .runQueued)
    }

    /// Has a run wait until the hub tries again by itself, where its failure is of that kind.
    private func postpone(_ run: inout Run, _ failure: Run.Failure, told: ChildProcess?) throws -> Bool {
        guard
            let next = RetryRule.next(
                after: failure, retries: run.retries ?? 0, at: now, spread: run.id.spread)
        else { return false }
        // A message that came too late for the process is told instead: it goes on from there.
        if run.nextPrompt == nil { run.goOn(after: told) }
        let effects = try run.apply(.postponed(next.wait, until: next.until, because: failure), at: now)
        if effects.contains(.cancelApprovals) { try cancelApprovals(of: run.id) }
        try put(run, as: .runWaiting, severity: .warning)
        return true
    }

    /// A card whose run has ended is to be looked at by a person.
    private func reviewCard(of run: Run) throws {
        guard let id = run.cardId, var card = try get(id), card.status == .inprogress else { return }
        card.status = .inreview
        card.touch(at: now)
        try put(card, as: .cardUpdated)
    }
}

extension Run {
    /// What an agent that has a session of its own is told when nobody says more.
    static let goOn = "Go on where you stopped."

    /// What comes next is another conversation.
    mutating func forgetSession() { (sessionId, sessionCostUsd) = (nil, nil) }

    /// Has the next process told to go on with what the last one was told.
    mutating func goOn(after process: ChildProcess?) {
        let isToldAgain = sessionId == nil || process.map { !$0.hasBegun && $0.prompt != nil } == true
        nextPrompt = isToldAgain ? process?.prompt : Self.goOn
        nextAttachments = isToldAgain ? process?.attachments : nil
    }

    /// Has the next process told what the last one was to be told and has not heard, or the task where there was none. What waits
    /// to be told stands before that.
    mutating func repeatUnheard(of process: ChildProcess?) {
        guard nextPrompt == nil, process == nil ? sessionId == nil : process?.hasBegun == false else { return }
        nextPrompt = process?.prompt ?? prompt
        nextAttachments = process?.prompt == nil ? attachments : process?.attachments
    }
}

extension Identifier<Run> {
    /// 0 up to 1, by the part of it that is chance.
    var spread: Double {
        Double(rawValue.suffix(4).utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0x3FF }) / 1_024
    }
}

extension ChildProcess {
    /// What it was told may have been heard: it has run, or a bot has had it.
    fileprivate var hasBegun: Bool { pid != nil || exitCode != nil || signal != nil || bot != nil }

    mutating func end(_ end: ProcessEnd, stoppedByUs: Bool, at now: Timestamp) {
        updatedAt = now
        endedAt = now
        switch end {
        case .lost:
            status = .interrupted
            detail = ["its keeper was gone and nobody saw it end", end.survivors].compactMap(\.self).joined(
                separator: "; ")
        case .notStarted(let why, _):
            status = .failed
            detail = why
        case .bot: break
        case .exited(let record):
            let exit = end.asAgentExit
            (exitCode, signal) = (exit.code, exit.signal)
            let words = [exit.detail, end.survivors].compactMap(\.self)
            detail = words.isEmpty ? nil : words.joined(separator: "; ")
            (stdoutBytes, stderrBytes) = (Int(record.spools.stdout), Int(record.spools.stderr))
            usage = ProcessUsage(
                userMs: Int(record.userMs), systemMs: Int(record.systemMs), wallMs: Int(record.wallMs),
                residentBytesMax: Int(record.residentByteCountMax))
            status = stoppedByUs || record.stopped == .request ? .killed : exit.code == 0 ? .completed : .failed
        }
    }
}

extension ProcessEnd {
    /// What is left of it on this machine, in words; nil for nothing.
    var survivors: String? {
        let hasSurvivors =
            switch self {
            case .lost(let hasSurvivors): hasSurvivors
            case .exited(let record): record.hasSurvivors
            case .notStarted, .bot: false
            }
        return hasSurvivors ? "processes that it started do not end by SIGKILL and are still there" : nil
    }

    var asAgentExit: AgentExit {
        switch self {
        case .lost: return AgentExit(detail: "its keeper was gone and nobody saw it end")
        case .notStarted(let why, _): return AgentExit(detail: why)
        case .bot(let end): return AgentExit(code: end.reason == nil ? 0 : nil, detail: end.reason)
        case .exited(let record):
            switch record.ending {
            case .exited(let code): return AgentExit(code: Int(code), detail: record.stopped?.text)
            case .signalled(let signal): return AgentExit(signal: Int(signal), detail: record.stopped?.text)
            case .notStarted(_, let detail): return AgentExit(detail: detail)
            }
        }
    }

    /// An agent's time is the hub's limit, which is named.
    fileprivate func agentExit(_ limits: EngineLimits) -> AgentExit {
        var exit = asAgentExit
        if case .exited(let record) = self, record.stopped == .timeLimit {
            exit.detail = (exit.detail ?? "stopped") + " (agentProcessSeconds \(limits.agentProcessSeconds))"
        }
        return exit
    }

    /// What the run came to: what the agent said last, unless nobody could hear it.
    func outcome(_ said: TurnOutcome?) -> Run.Outcome {
        switch (self, said) {
        case (_, .completed): .completed
        case (.lost, _): .interrupted(reason: "the agent's keeper was gone and nobody saw the agent end")
        case (.notStarted(let why, let isOurs), _): .failed(Run.Failure(isOurs ? .platform : .user, why))
        case (.bot(.leaseLost(let why, isToRetry: false)), _): .interrupted(reason: why)
        case (.bot(.leaseLost(let why, isToRetry: true)), _), (.bot(.gaveBack(let why)), _):
            .failed(Run.Failure(.platform, why))
        case (_, .failed(let failure)): .failed(failure)
        case (_, .sessionLost(let why)): .failed(Run.Failure(.agent, why))
        case (_, .interrupted): .interrupted(reason: "the agent stopped before it was done")
        case (.exited, nil), (.bot, nil): .failed(Run.Failure(.agent, "the agent ended without a result"))
        }
    }
}

extension ExitRecord.Cause {
    fileprivate var text: String? {
        switch self {
        case .request: "stopped by the hub"
        case .outputLimit: "stopped: its output limit was reached"
        case .timeLimit: "stopped: its time limit was reached"
        case .diskFull: "stopped: its output could not be stored (disk full)"
        }
    }
}

extension Run.Outcome {
    fileprivate var eventType: EventType {
        switch self {
        case .completed: .runCompleted
        case .failed: .runFailed
        case .interrupted: .runInterrupted
        }
    }

    fileprivate var severity: Severity {
        switch self {
        case .completed: .info
        case .failed: .error
        case .interrupted: .warning
        }
    }
}

/// The message of the commit that holds a turn's work.
enum CommitMessage {
    /// 72: what git's own tools show of a subject line.
    static let subjectCharactersMax = 72

    static func make(for run: Run) -> String {
        let subject = run.prompt.prefix { !$0.isNewline }.prefix(subjectCharactersMax)
        return (subject.isEmpty ? "Work of \(run.provider.rawValue)" : String(subject)) + "\n\nRoost-Run: \(run.id)\n"
    }
}
