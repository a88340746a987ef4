extension Run {
    /// Why a run is paused, and what has become of its agent.
    package struct Pause: Codable, Sendable, Equatable {
        package enum Agent: String, Codable, Sendable, CaseIterable {
            /// Its process group is stopped (SIGSTOP), and goes on where it stands.
            case frozen
            /// It has none: going on means another process.
            case gone
        }
        package let agent: Agent
        package let reason: Reason
        /// For a person, where the reason does not say all.
        package let detail: String?

        package init(agent: Agent, reason: Reason, detail: String? = nil) {
            self.agent = agent
            self.reason = reason
            self.detail = detail
        }

        package enum Reason: String, Codable, Sendable, CaseIterable {
            case user, budget, stall
        }
    }

    /// Where a queued run stands.
    package struct QueuePlace: Codable, Sendable, Equatable {
        /// What keeps it from starting, whoever is before it.
        package enum Hold: String, Codable, Sendable, CaseIterable {
            case hub, project, provider, column
            /// Its provider has said that a quota is used up.
            case quota
            /// The hub has just begun, and takes its work up bit by bit.
            case pace
            /// No bot waits for it.
            case bot
        }
        /// 1 is next; nil beyond `EngineLimits.queuePlacesTold`.
        package var position: Int?
        package var heldBy: Hold?
        /// When a quota is said to be there again.
        package var heldUntil: Timestamp?

        package init(position: Int?, heldBy: Hold?, heldUntil: Timestamp? = nil) {
            self.position = position
            self.heldBy = heldBy
            self.heldUntil = heldUntil
        }
    }

    /// Whether a process of its own is alive or about to be, which is what a place in the queue is for.
    package var holdsPlace: Bool {
        switch status {
        case .running: true
        case .waiting: waitingFor?.isForPerson ?? false
        case .paused: pause?.agent == .frozen
        case .draft, .queued, .completed, .failed, .cancelled, .interrupted: false
        }
    }

    /// How long it has been running by now.
    package func runningMs(at now: Timestamp) -> Int? {
        guard let runningSince else { return runningMs }
        return (runningMs ?? 0) + Int(max(0, now.millisecondsSince1970 - runningSince.millisecondsSince1970))
    }
}
