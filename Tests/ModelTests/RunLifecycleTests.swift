@testable import Model
import Testing

private let now = Timestamp(millisecondsSince1970: 1_000)
private let later = Timestamp(millisecondsSince1970: 2_000)

/// A run that was led to a status along legal steps.
private func run(in status: Run.Status) throws -> Run {
    let ulid = ULID(milliseconds: 1, randomHigh: 2, randomLow: 3)
    var run = Run(
        id: Run.ID(ulid), projectId: Project.ID(ulid), cardId: nil, provider: .demo, prompt: "x",
        targetBranch: "main", at: now)
    let path: [Run.Event] =
        switch status {
        case .draft: []
        case .queued: [.start]
        case .running: [.start, .dispatched]
        case .waiting: [.start, .dispatched, .waitBegan(.approval, until: nil)]
        case .paused: [.start, .dispatched, .stop]
        case .completed: [.start, .dispatched, .finished(.completed)]
        case .failed: [.start, .dispatched, .finished(.failed(.init(.agent, "why")))]
        case .cancelled: [.cancel]
        case .interrupted: [.start, .dispatched, .finished(.interrupted(reason: "why"))]
        }
    for event in path { _ = try run.apply(event, at: now) }
    #expect(run.status == status)
    return run
}

@Suite("The life of a run")
struct RunLifecycleTests {
    static let events: [Run.Event] = [
        .start, .dispatched, .stop, .cancel, .followUp, .retry, .waitBegan(.plan, until: later), .waitEnded,
        .finished(.completed), .finished(.failed(.init(.quota, "q"))), .finished(.interrupted(reason: "r")),
    ]

    /// Every pair that is not here is illegal.
    static func target(from status: Run.Status, on event: Run.Event) -> Run.Status? {
        switch (status, event) {
        case (.draft, .start): .queued
        case (.queued, .dispatched): .running
        case (.running, .waitBegan), (.waiting, .waitBegan): .waiting
        case (.waiting, .waitEnded): .running
        case (.running, .stop), (.waiting, .stop): .paused
        case (.draft, .cancel), (.queued, .cancel), (.running, .cancel), (.waiting, .cancel), (.paused, .cancel):
            .cancelled
        case (.running, .finished(let outcome)), (.waiting, .finished(let outcome)):
            switch outcome {
            case .completed: .completed
            case .failed: .failed
            case .interrupted: .interrupted
            }
        case (.paused, .followUp), (.completed, .followUp), (.failed, .followUp), (.cancelled, .followUp),
            (.interrupted, .followUp), (.failed, .retry), (.cancelled, .retry), (.interrupted, .retry):
            .queued
        default: nil
        }
    }

    @Test("moves as the table says, and refuses the rest", arguments: Run.Status.allCases, events)
    func transition(from status: Run.Status, on event: Run.Event) throws {
        var run = try run(in: status)
        let before = run
        if let expected = Self.target(from: status, on: event) {
            _ = try run.apply(event, at: later)
            #expect(run.status == expected)
            #expect(run.version == before.version + 1)
            #expect(run.updatedAt == later)
        } else {
            #expect(throws: Run.IllegalTransition(from: status, event: event)) { try run.apply(event, at: later) }
            #expect(run == before, "a refusal changes nothing")
        }
    }

    @Test("what ends a process also ends its questions")
    func effects() throws {
        for event in [Run.Event.stop, .cancel] {
            var run = try run(in: .waiting)
            let effects = try run.apply(event, at: later)
            #expect(effects == [.terminate, .cancelApprovals, .release])
        }
        var queued = try run(in: .queued)
        #expect(try queued.apply(.cancel, at: later) == [.release])
    }

    @Test("keeps why it waits or failed, and forgets it when it goes on")
    func reasons() throws {
        var waiting = try run(in: .running)
        _ = try waiting.apply(.waitBegan(.quota, until: later), at: now)
        #expect(waiting.waitingFor == .quota && waiting.waitingUntil == later)
        _ = try waiting.apply(.waitEnded, at: now)
        #expect(waiting.waitingFor == nil && waiting.waitingUntil == nil)

        var failed = try run(in: .failed)
        #expect(failed.failure == Run.Failure(.agent, "why") && failed.endedAt == now)
        _ = try failed.apply(.retry, at: later)
        #expect(failed.failure == nil && failed.endedAt == nil && failed.attempt == 2 && failed.queuedAt == later)
    }

    @Test("an active run is one that holds a place; a settled one does nothing by itself")
    func classes() {
        #expect(Run.Status.allCases.filter(\.isActive) == [.running, .waiting])
        #expect(Run.Status.allCases.filter(\.isSettled) == [.completed, .failed, .cancelled, .interrupted])
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
