// The life of a run as a table: which event may come in which status, and what must be done about it.
//
//   draft ──start──► queued ──dispatched──► running ◄──waitBegan/waitEnded──► waiting
//   queued|running|waiting|paused ──cancel──► cancelled       running|waiting ──stop──► paused
//   running|waiting ──finished──► completed | failed | interrupted
//   paused|completed|failed|cancelled|interrupted ──followUp──► queued (same worktree, the provider's session goes on)
//   failed|cancelled|interrupted ──retry──► queued (attempt + 1, new branch)
//
// A follow-up goes through the queue like a start, so that the limits on running agents hold for it too.

extension Run {
    /// What can happen to a run.
    package enum Event: Sendable, Equatable {
        case start, dispatched, stop, cancel, followUp, retry
        case waitBegan(Wait, until: Timestamp?)
        case waitEnded
        case finished(Outcome)
    }

    package enum Outcome: Sendable, Equatable {
        case completed
        case failed(Failure)
        case interrupted(reason: String)
    }

    /// What whoever applied the event has to see to.
    package enum Effect: Sendable, Equatable {
        /// The queue has a new member.
        case enqueue
        /// Its worktree and its agent are wanted.
        case launch
        /// Whatever runs for it must end.
        case terminate
        /// Nobody waits for its questions any more.
        case cancelApprovals
        /// A place in the queue is free.
        case release
    }

    package struct IllegalTransition: Error, Sendable, Equatable {
        package let from: Status
        package let event: Event
    }

    /// Moves the run on and stamps the times, or throws and leaves it as it was.
    package mutating func apply(_ event: Event, at now: Timestamp) throws(IllegalTransition) -> [Effect] {
        let effects = try advance(event)
        updatedAt = now
        version += 1
        switch status {
        case .queued: (queuedAt, endedAt) = (now, nil)
        case .running: if event == .dispatched { startedAt = startedAt ?? now }
        case .completed, .failed, .cancelled, .interrupted: endedAt = now
        case .draft, .waiting, .paused: break
        }
        return effects
    }

    private mutating func advance(_ event: Event) throws(IllegalTransition) -> [Effect] {
        switch (status, event) {
        case (.draft, .start):
            return move(to: .queued, [.enqueue])
        case (.queued, .dispatched):
            return move(to: .running, [.launch])
        case (.running, .waitBegan(let wait, let until)), (.waiting, .waitBegan(let wait, let until)):
            let effects = move(to: .waiting, [])
            (waitingFor, waitingUntil) = (wait, until)
            return effects
        case (.waiting, .waitEnded):
            return move(to: .running, [])
        case (.running, .stop), (.waiting, .stop):
            return move(to: .paused, [.terminate, .cancelApprovals, .release])
        case (.draft, .cancel), (.queued, .cancel), (.paused, .cancel):
            return move(to: .cancelled, [.release])
        case (.running, .cancel), (.waiting, .cancel):
            return move(to: .cancelled, [.terminate, .cancelApprovals, .release])
        case (.running, .finished(let outcome)), (.waiting, .finished(let outcome)):
            return finish(outcome)
        case (.paused, .followUp), (.completed, .followUp), (.failed, .followUp), (.cancelled, .followUp),
            (.interrupted, .followUp):
            return move(to: .queued, [.enqueue])
        case (.failed, .retry), (.cancelled, .retry), (.interrupted, .retry):
            attempt += 1
            approvesAll = nil
            return move(to: .queued, [.enqueue])
        default:
            throw IllegalTransition(from: status, event: event)
        }
    }

    private mutating func finish(_ outcome: Outcome) -> [Effect] {
        switch outcome {
        case .completed:
            return move(to: .completed, [.cancelApprovals, .release])
        case .failed(let why):
            let effects = move(to: .failed, [.cancelApprovals, .release])
            failure = why
            return effects
        case .interrupted(let reason):
            let effects = move(to: .interrupted, [.cancelApprovals, .release])
            interruptedReason = reason
            return effects
        }
    }

    private mutating func move(to next: Status, _ effects: [Effect]) -> [Effect] {
        status = next
        (waitingFor, waitingUntil, failure, interruptedReason) = (nil, nil, nil, nil)
        return effects
    }
}

extension Run.Status {
    /// Nothing of it runs, and nothing will unless somebody asks.
    package var isSettled: Bool {
        switch self {
        case .completed, .failed, .cancelled, .interrupted: true
        case .draft, .queued, .running, .waiting, .paused: false
        }
    }

    /// It holds one of the queue's places: a process of its own is alive, or is about to be.
    package var isActive: Bool {
        switch self {
        case .running, .waiting: true
        case .draft, .queued, .paused, .completed, .failed, .cancelled, .interrupted: false
        }
    }
}
