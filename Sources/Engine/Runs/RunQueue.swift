import Model

/// Decides which queued runs may start, and where the others stand: a value, so that it can be tested as a table.
///
/// The higher priority goes first. Among equals projects take turns, so that a hundred runs of one do not hold up the
/// one of another; within a project it is the older one. What is at a limit of its own does not hold up the others.
struct RunQueue: Sendable {
    struct Limits: Sendable, Equatable {
        var hub: Int
        /// Of a project that sets none itself.
        var project: Int
        var projects: [Project.ID: Int] = [:]
        var providers: [Provider: Int] = [:]
        var columns: [BoardColumn.ID: Int] = [:]
        /// Until when a provider's quota is said to be used up.
        var quotas: [Provider: Timestamp] = [:]
        /// Bots that wait for a run, the first come first.
        var bots: [BotClaim] = []
        /// So many are told where they stand.
        var placesTold = EngineLimits().queuePlacesTold
        /// How many of those that are `leftOver` may start now; nil means any number.
        var pace: Int?
    }

    struct Member: Sendable, Equatable {
        var run: Run.ID
        var project: Project.ID
        var provider: Provider
        /// The active column that its card is in, or comes to when it starts.
        var column: BoardColumn.ID?
        var priority = 0
        /// `bot` only: the name of those bots that may claim it; nil: any.
        var bot: String?
        /// It was in the queue already when this hub began.
        var isLeftOver = false
    }

    struct Decision: Sendable, Equatable {
        var admitted: [Run.ID] = []
        /// To which bot those go that are for one.
        var claims: [Run.ID: BotClaim] = [:]
        /// Those that go on waiting, in the order in which they would go.
        var waiting: [(run: Run.ID, place: Run.QueuePlace)] = []

        static func == (a: Self, b: Self) -> Bool {
            a.admitted == b.admitted && a.claims == b.claims && a.waiting.map(\.run) == b.waiting.map(\.run)
                && a.waiting.map(\.place) == b.waiting.map(\.place)
        }
    }

    let limits: Limits

    /// - Parameters:
    ///   - queued: in the order in which they were queued.
    ///   - occupied: those that hold a place.
    func decide(_ queued: [Member], occupied: [Member]) -> Decision {
        var places = Places(limits)
        for member in occupied { places.take(member) }
        var decision = Decision()
        for member in inTurn(queued, occupied: occupied) {
            guard let hold = places.hold(of: member) else {
                decision.claims[member.run] = places.claim(for: member)
                places.take(member, isStart: true)
                decision.admitted.append(member.run)
                continue
            }
            let position = decision.waiting.count + 1
            decision.waiting.append(
                (
                    member.run,
                    Run.QueuePlace(
                        position: position <= limits.placesTold ? position : nil, heldBy: hold,
                        heldUntil: hold == .quota ? limits.quotas[member.provider] : nil)
                ))
        }
        return decision
    }

    /// A project's n-th run comes after the n-th of every other, those at work counted in.
    private func inTurn(_ queued: [Member], occupied: [Member]) -> [Member] {
        var turns: [Project.ID: Int] = [:]
        for member in occupied { turns[member.project, default: 0] += 1 }
        let byPriority = queued.enumerated().sorted {
            ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset)
        }
        let ranked = byPriority.map { offset, member in
            defer { turns[member.project, default: 0] += 1 }
            return (member: member, turn: turns[member.project, default: 0], offset: offset)
        }
        return ranked.sorted {
            ($1.member.priority, $0.turn, $0.offset) < ($0.member.priority, $1.turn, $1.offset)
        }.map(\.member)
    }

    /// What is taken, and what there is.
    private struct Places {
        private let limits: Limits
        private var total = 0
        private var leftOver = 0
        private var projects: [Project.ID: Int] = [:]
        private var providers: [Provider: Int] = [:]
        private var columns: [BoardColumn.ID: Int] = [:]

        private var bots: [BotClaim]

        init(_ limits: Limits) {
            self.limits = limits
            bots = limits.bots
        }

        /// The bot that gets it, which waits no more.
        mutating func claim(for member: Member) -> BotClaim? {
            guard member.provider == .bot else { return nil }
            return bots.firstIndex { $0.admits(member) }.map { bots.remove(at: $0) }
        }

        mutating func take(_ member: Member, isStart: Bool = false) {
            total += 1
            projects[member.project, default: 0] += 1
            providers[member.provider, default: 0] += 1
            if let column = member.column { columns[column, default: 0] += 1 }
            if isStart, member.isLeftOver { leftOver += 1 }
        }

        /// What is its own matter is named before what all wait for.
        func hold(of member: Member) -> Run.QueuePlace.Hold? {
            if limits.quotas[member.provider] != nil { return .quota }
            if member.provider == .bot, !bots.contains(where: { $0.admits(member) }) { return .bot }
            if let limit = limits.providers[member.provider], providers[member.provider, default: 0] >= limit {
                return .provider
            }
            if projects[member.project, default: 0] >= limits.projects[member.project] ?? limits.project {
                return .project
            }
            if let column = member.column, let limit = limits.columns[column], columns[column, default: 0] >= limit {
                return .column
            }
            if total >= limits.hub { return .hub }
            if member.isLeftOver, let pace = limits.pace, leftOver >= pace { return .pace }
            return nil
        }
    }
}
