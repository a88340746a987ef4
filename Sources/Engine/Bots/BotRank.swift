import Model

/// Bots that wait for a run, in the order in which they came, and those that were given one and have not heard of it.
struct BotRank: Sendable {
    struct Seat: Sendable, Equatable {
        let claim: BotClaim
        /// nil until the run has its process's row.
        var process: ChildProcess.ID?
    }

    private(set) var waiting: [BotClaim] = []
    private var seats: [BotClaim.ID: Seat] = [:]

    mutating func join(_ claim: BotClaim) { waiting.append(claim) }

    /// - Returns: false when it does not wait any more.
    mutating func seat(_ id: BotClaim.ID) -> Bool {
        guard let place = waiting.firstIndex(where: { $0.id == id }) else { return false }
        seats[id] = Seat(claim: waiting.remove(at: place))
        return true
    }

    mutating func seat(_ id: BotClaim.ID, at process: ChildProcess.ID) { seats[id]?.process = process }

    func seat(of id: BotClaim.ID) -> Seat? { seats[id] }

    /// It waits again, before the others.
    mutating func rejoin(_ id: BotClaim.ID) {
        guard let seat = seats.removeValue(forKey: id) else { return }
        waiting.insert(seat.claim, at: 0)
    }

    /// - Returns: false when it has a seat.
    mutating func leave(_ id: BotClaim.ID) -> Bool {
        waiting.removeAll { $0.id == id }
        return seats[id] == nil
    }

    mutating func forget(_ id: BotClaim.ID) {
        _ = leave(id)
        seats[id] = nil
    }
}
