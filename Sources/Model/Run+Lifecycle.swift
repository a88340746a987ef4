// The life of a run as a table: which event may come in which state, and what must be done about it.
//
//   draft ──start──► queued ──dispatched──► running ◄──waitBegan/waitEnded──► waiting for a person
//   running|waiting ◄──pause/resume──► paused, its agent frozen
//   queued|running|waiting|paused ──stop──► paused, its agent gone ──resume──► queued
//   running|waiting|frozen ──postponed──► waiting for its time, without a process ──due/resume──► queued
//   queued|running|waiting|paused ──cancel──► cancelled
//   running|waiting|frozen ──finished──► completed | failed | interrupted
//   what has no process, and is no draft nor queued ──followUp──► queued (same worktree, the provider's session goes on)
//   failed|cancelled|interrupted ──retry──► queued (attempt + 1, new branch)
//
// A follow-up goes through the queue like a start, so that the limits on running agents hold for it too. A frozen run keeps
// its place: its process is there.

extension Run {
    /// What can happen to a run.
    package enum Event: Sendable, Equatable {
        case start, dispatched, resume, cancel, followUp, retry
        /// Its agent is to stand still where it is.
        case pause(Pause.Reason, detail: String? = nil)
        /// Its agent is to go.
        case stop(Pause.Reason, detail: String? = nil)
        case waitBegan(Wait)
        case waitEnded
        /// Its process has ended, and the hub will try again by itself.
        case postponed(Wait, until: Timestamp, because: Failure)
        /// The time that it was postponed to has come.
        case due
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
        /// Its process group is to be stopped, or to go on.
        case freeze, thaw
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
        countTime(at: now)
        switch status {
        case .queued: (queuedAt, endedAt) = (now, nil)
        case .running: if event == .dispatched { startedAt = startedAt ?? now }
        case .completed, .failed, .cancelled, .interrupted: endedAt = now
        case .draft, .waiting, .paused: break
        }
        return effects
    }

    /// Whatever has no process may be given to another agent.
    package mutating func hand(to provider: Provider, with options: RunOptions) {
        self.provider = provider
        self.options = options
    }

    private mutating func countTime(at now: Timestamp) {
        switch (status == .running, runningSince) {
        case (true, nil): runningSince = now
        case (false, .some): (runningMs, runningSince) = (runningMs(at: now), nil)
        case (true, .some), (false, nil): break
        }
    }

    /// Where a run stands, as far as it matters to what may come next.
    private enum Place {
        case draft, queued, running, asking, postponed, frozen, stopped, completed, undone
    }

    private var place: Place {
        switch status {
        case .draft: .draft
        case .queued: .queued
        case .running: .running
        case .waiting: holdsPlace ? .asking : .postponed
        case .paused: holdsPlace ? .frozen : .stopped
        case .completed: .completed
        case .failed, .cancelled, .interrupted: .undone
        }
    }

    private mutating func advance(_ event: Event) throws(IllegalTransition) -> [Effect] {
        switch (place, event) {
        case (.draft, .start):
            return enqueue()
        case (.queued, .dispatched):
            return move(to: .running, [.launch])
        case (.running, .waitBegan(let wait)), (.asking, .waitBegan(let wait)):
            let effects = move(to: .waiting, [])
            waitingFor = wait
            return effects
        case (.frozen, .waitBegan(let wait)):
            // What it had said before it stood still.
            waitingFor = wait
            return []
        case (.asking, .waitEnded):
            return move(to: .running, [])
        case (.frozen, .waitEnded) where waitingFor != nil:
            waitingFor = nil
            return []
        case (.running, .pause(let reason, let detail)), (.asking, .pause(let reason, let detail)):
            let wait = waitingFor
            let effects = move(to: .paused, [.freeze])
            (waitingFor, pause) = (wait, Pause(agent: .frozen, reason: reason, detail: detail))
            return effects
        case (.frozen, .resume):
            let wait = waitingFor
            let effects = move(to: wait == nil ? .running : .waiting, [.thaw])
            waitingFor = wait
            return effects
        case (.stopped, .resume), (.postponed, .resume):
            retries = nil
            return enqueue()
        case (.postponed, .due):
            return enqueue()
        case (.queued, .pause(let reason, let detail)), (.postponed, .pause(let reason, let detail)),
            (.queued, .stop(let reason, let detail)), (.postponed, .stop(let reason, let detail)):
            return stop(reason, detail, [])
        case (.running, .stop(let reason, let detail)), (.asking, .stop(let reason, let detail)),
            (.frozen, .stop(let reason, let detail)):
            return stop(reason, detail, [.terminate, .cancelApprovals, .release])
        case (.draft, .cancel), (.queued, .cancel), (.stopped, .cancel), (.postponed, .cancel):
            return move(to: .cancelled, [])
        case (.running, .cancel), (.asking, .cancel), (.frozen, .cancel):
            return move(to: .cancelled, [.terminate, .cancelApprovals, .release])
        case (.running, .postponed(let wait, let until, let failure)),
            (.asking, .postponed(let wait, let until, let failure)),
            (.frozen, .postponed(let wait, let until, let failure)):
            let effects = move(to: .waiting, [.cancelApprovals, .release])
            (waitingFor, waitingUntil, self.failure) = (wait, until, failure)
            retries = (retries ?? 0) + 1
            return effects
        case (.running, .finished(let outcome)), (.asking, .finished(let outcome)), (.frozen, .finished(let outcome)):
            return finish(outcome)
        case (.stopped, .followUp), (.postponed, .followUp), (.completed, .followUp), (.undone, .followUp):
            retries = nil
            return enqueue()
        case (.undone, .retry):
            attempt += 1
            approvesAll = nil
            retries = nil
            return enqueue()
        default:
            throw IllegalTransition(from: status, event: event)
        }
    }

    private mutating func enqueue() -> [Effect] {
        // What was approved is not what there will be.
        review = .none
        return move(to: .queued, [.enqueue])
    }

    private mutating func stop(_ reason: Pause.Reason, _ detail: String?, _ effects: [Effect]) -> [Effect] {
        let effects = move(to: .paused, effects)
        pause = Pause(agent: .gone, reason: reason, detail: detail)
        return effects
    }

    private mutating func finish(_ outcome: Outcome) -> [Effect] {
        switch outcome {
        case .completed:
            retries = nil
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
        (pause, queue, stalledSince) = (nil, nil, nil)
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

    /// Those in which a run can have a process; `Run.holdsPlace` says whether it has.
    package static let withProcesses: Set<Run.Status> = [.running, .waiting, .paused]
}
