@testable import Model
import Testing

private let now = Timestamp(millisecondsSince1970: 1_000)
private let later = Timestamp(millisecondsSince1970: 2_000)
private let why = Run.Failure(.quota, "q")

/// Where a run can stand, as far as it matters to what may come next.
enum Situation: CaseIterable, Sendable {
    case draft, queued, running, asking, postponed, frozen, frozenAsking, stopped
    case completed, failed, cancelled, interrupted

    fileprivate var path: [Run.Event] {
        let running: [Run.Event] = [.start, .dispatched]
        return switch self {
        case .draft: []
        case .queued: [.start]
        case .running: running
        case .asking: running + [.waitBegan(.approval)]
        case .postponed: running + [.postponed(.quota, until: later, because: why)]
        case .frozen: running + [.pause(.user)]
        case .frozenAsking: running + [.waitBegan(.input), .pause(.user)]
        case .stopped: running + [.stop(.user)]
        case .completed: running + [.finished(.completed)]
        case .failed: running + [.finished(.failed(.init(.agent, "why")))]
        case .cancelled: [.cancel]
        case .interrupted: running + [.finished(.interrupted(reason: "why"))]
        }
    }

    /// A run that was led there along legal steps.
    func run() throws -> Run {
        let ulid = ULID(milliseconds: 1, randomHigh: 2, randomLow: 3)
        var run = Run(
            id: Run.ID(ulid), projectId: Project.ID(ulid), cardId: nil, provider: .demo, prompt: "x",
            targetBranch: "main", at: now)
        for event in path { _ = try run.apply(event, at: now) }
        return run
    }

    init?(_ run: Run) {
        switch (run.status, run.waitingFor, run.pause?.agent) {
        case (.draft, nil, nil): self = .draft
        case (.queued, nil, nil): self = .queued
        case (.running, nil, nil): self = .running
        case (.waiting, let wait?, nil): self = wait.isForPerson ? .asking : .postponed
        case (.paused, nil, .frozen): self = .frozen
        case (.paused, .some, .frozen): self = .frozenAsking
        case (.paused, nil, .gone): self = .stopped
        case (.completed, nil, nil): self = .completed
        case (.failed, nil, nil): self = .failed
        case (.cancelled, nil, nil): self = .cancelled
        case (.interrupted, nil, nil): self = .interrupted
        default: return nil
        }
    }
}

@Suite("The life of a run")
struct RunLifecycleTests {
    static let events: [Run.Event] = [
        .start, .dispatched, .pause(.user), .resume, .stop(.stall, detail: "d"), .cancel, .followUp, .retry,
        .waitBegan(.plan), .waitEnded, .postponed(.retry, until: later, because: why), .due, .finished(.completed),
        .finished(.failed(.init(.quota, "q"))), .finished(.interrupted(reason: "r")),
    ]

    /// A row for each situation, a column for each of `events`; `-` is illegal.
    ///
    /// d draft, q queued, r running, a asking, t waiting for its time, f frozen, F frozen while it asks, s stopped,
    /// C completed, X failed, L cancelled, I interrupted.
    static let table: [Situation: String] = [
        //                start dispatched pause resume stop cancel followUp retry waitBegan waitEnded postponed due C X I
        .draft: /*      */ "q - - - - L - - - - - - - - -",
        .queued: /*     */ "- r s - s L - - - - - - - - -",
        .running: /*    */ "- - f - s L - - a - t - C X I",
        .asking: /*     */ "- - F - s L - - a r t - C X I",
        .postponed: /*  */ "- - s q s L q - - - - q - - -",
        .frozen: /*     */ "- - - r s L - - F - t - C X I",
        .frozenAsking: /**/ "- - - a s L - - F f t - C X I",
        .stopped: /*    */ "- - - q - L q - - - - - - - -",
        .completed: /*  */ "- - - - - - q - - - - - - - -",
        .failed: /*     */ "- - - - - - q q - - - - - - -",
        .cancelled: /*  */ "- - - - - - q q - - - - - - -",
        .interrupted: /**/ "- - - - - - q q - - - - - - -",
    ]
    static let letters: [Character: Situation] = [
        "q": .queued, "r": .running, "a": .asking, "t": .postponed, "f": .frozen, "F": .frozenAsking, "s": .stopped,
        "C": .completed, "X": .failed, "L": .cancelled, "I": .interrupted,
    ]

    @Test("moves as the table says, and refuses the rest", arguments: Situation.allCases, events.indices)
    func transition(from situation: Situation, on index: Int) throws {
        let event = Self.events[index]
        let row = try #require(Self.table[situation]?.split(separator: " "))
        #expect(row.count == Self.events.count)
        var run = try situation.run()
        #expect(Situation(run) == situation)
        let before = run
        if let expected = row[index].first.flatMap({ Self.letters[$0] }) {
            _ = try run.apply(event, at: later)
            #expect(Situation(run) == expected)
            #expect(run.version == before.version + 1)
            #expect(run.updatedAt == later)
        } else {
            #expect(throws: Run.IllegalTransition(from: before.status, event: event)) {
                try run.apply(event, at: later)
            }
            #expect(run == before, "a refusal changes nothing")
        }
    }

    @Test("what ends a process also ends its questions, and gives its place back", arguments: Situation.allCases)
    func effects(of situation: Situation) throws {
        let ending: [Run.Event] = [.stop(.user), .cancel]
        for event in ending {
            var run = try situation.run()
            let held = run.holdsPlace
            guard let effects = try? run.apply(event, at: later) else { continue }
            #expect(effects == (held ? [.terminate, .cancelApprovals, .release] : []))
            #expect(!run.holdsPlace)
        }
        var run = try situation.run()
        if let effects = try? run.apply(.pause(.user), at: later) { #expect((effects == [.freeze]) == run.holdsPlace) }
        if let effects = try? run.apply(.resume, at: later) { #expect((effects == [.thaw]) == run.holdsPlace) }
    }

    @Test("keeps why it waits, failed or is paused, and forgets it when it goes on")
    func reasons() throws {
        var waiting = try Situation.postponed.run()
        #expect(waiting.waitingFor == .quota && waiting.waitingUntil == later && waiting.failure == why)
        #expect(waiting.retries == 1)
        _ = try waiting.apply(.due, at: now)
        #expect(waiting.waitingFor == nil && waiting.waitingUntil == nil && waiting.failure == nil)
        #expect(waiting.retries == 1, "by itself")
        _ = try waiting.apply(.stop(.budget, detail: "d"), at: now)
        #expect(waiting.pause == Run.Pause(agent: .gone, reason: .budget, detail: "d"))
        _ = try waiting.apply(.resume, at: now)
        #expect(waiting.pause == nil && waiting.retries == nil, "somebody asked")

        var failed = try Situation.failed.run()
        #expect(failed.failure == Run.Failure(.agent, "why") && failed.endedAt == now)
        _ = try failed.apply(.retry, at: later)
        #expect(failed.failure == nil && failed.endedAt == nil && failed.attempt == 2 && failed.queuedAt == later)
    }

    @Test("time counts only while it is at work")
    func runningTime() throws {
        func at(_ ms: Int64) -> Timestamp { Timestamp(millisecondsSince1970: ms) }
        var run = try Situation.queued.run()
        #expect(run.runningMs(at: at(9_000)) == nil)
        _ = try run.apply(.dispatched, at: at(10_000))
        #expect(run.runningMs(at: at(13_000)) == 3_000)
        _ = try run.apply(.waitBegan(.approval), at: at(14_000))
        #expect(run.runningMs(at: at(50_000)) == 4_000)
        _ = try run.apply(.waitEnded, at: at(60_000))
        _ = try run.apply(.pause(.user), at: at(61_000))
        _ = try run.apply(.resume, at: at(70_000))
        _ = try run.apply(.finished(.completed), at: at(72_000))
        #expect(run.runningMs == 7_000 && run.runningSince == nil)
    }

    @Test("what holds a place has a process; a settled one does nothing by itself")
    func classes() throws {
        let holding = try Situation.allCases.filter { try $0.run().holdsPlace }
        #expect(holding == [.running, .asking, .frozen, .frozenAsking])
        #expect(try holding.allSatisfy { Run.Status.withProcesses.contains(try $0.run().status) })
        #expect(Run.Status.allCases.filter(\.isSettled) == [.completed, .failed, .cancelled, .interrupted])
    }
}

@Suite("A budget")
struct BudgetTests {
    @Test("is used up by what is known, part by part")
    func exceeded() {
        let budget = Budget(tokens: 100, costUsd: 1, runningMs: 1_000, outputBytes: 10)
        #expect(budget.exceeded(by: Budget()) == nil, "what is unknown uses up nothing")
        #expect(budget.exceeded(by: Budget(tokens: 99, costUsd: 0.99, runningMs: 999, outputBytes: 9)) == nil)
        #expect(budget.exceeded(by: Budget(tokens: 100))?.limit == "tokens")
        #expect(budget.exceeded(by: Budget(costUsd: 1))?.limit == "costUsd")
        #expect(budget.exceeded(by: Budget(runningMs: 1_000))?.limit == "runningMs")
        #expect(budget.exceeded(by: Budget(outputBytes: 10))?.detail == "10 bytes of 10 bytes")
        #expect(Budget().exceeded(by: Budget(tokens: .max)) == nil && Budget().isEmpty)
    }

    @Test("tokens of an agent that tells none are unknown, not none")
    func unknown() {
        #expect(Usage().tokens == nil)
        #expect(Usage(outputTokens: 3).tokens == 3)
        #expect(Usage(inputTokens: .max, outputTokens: 1).tokens == .max)
    }
}

@Suite("An approval")
struct ApprovalTests {
    private func approval() -> Approval {
        let ulid = ULID(milliseconds: 1, randomHigh: 2, randomLow: 3)
        return Approval(
            id: .init(ulid), projectId: .init(ulid), cardId: nil, runId: .init(ulid), processId: .init(ulid),
            requestKey: "k", type: .command, title: "ls", tool: "Bash", input: ["command": "ls"], at: now,
            expiresAt: later)
    }

    @Test("is decided once: the first answer wins")
    func firstWins() throws {
        var approval = approval()
        try approval.decide(.init(.deny, reason: "no"), by: .local, at: later)
        let first = approval
        #expect(approval.status == .denied && approval.decidedBy == .local)
        #expect(throws: Approval.AlreadyResolved(status: .denied)) {
            try approval.decide(.init(.approve), by: .system, at: later)
        }
        #expect(throws: Approval.AlreadyResolved(status: .denied)) { try approval.expire(at: later) }
        #expect(throws: Approval.AlreadyResolved(status: .denied)) { try approval.cancel(at: later) }
        #expect(approval == first)
    }
}
