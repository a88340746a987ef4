import Agents
import Journal
import Model

/// What a driver knows of its bot between two looks.
struct BotWatch: Sendable {
    /// From when on this hub has been there to hear it.
    let begunAt: Timestamp
    /// Until when it may say last words.
    var endsAt: Timestamp?
}

// The driver's side of a bot's run: it gives the lease, and takes it away.
extension RunContext {
    enum BotLook: Sendable {
        case ended(ProcessEnd)
        /// Nothing before then, unless somebody says so.
        case due(Timestamp)
    }

    /// Whether it is a bot that does it: the run itself may have been handed on meanwhile.
    func isBots(_ process: ChildProcess.ID) async throws -> Bool {
        try await journal.read { reader in
            try reader.progress(of: process).map { try TurnRecord(decoding: $0.dialogue).provider == .bot } ?? false
        }
    }

    /// From now on it is the bot's. Whoever waits for its claim is woken by the event.
    func grant(_ id: ChildProcess.ID, to claim: BotClaim) async throws {
        try await journal.change(of: id, by: .system) { [catalog, settings] tx in
            guard var turn = try Turn(id, in: tx, catalog: catalog, settings: settings), turn.record.lease == nil else {
                return
            }
            let token = try tx.processes(of: turn.run.id).count { $0.reason == .codingagent }
            turn.record.lease = BotLease(claim, token: token, at: tx.now)
            try turn.store()
            turn.process.bot = claim.bot
            turn.process.updatedAt = tx.now
            try tx.put(turn.process, as: .processUpdated)
        }
    }

    func look(at id: ChildProcess.ID, _ watch: inout BotWatch) async throws -> BotLook {
        let now = clock.now()
        let wish = try await wish(of: id)
        let (run, record) = try await journal.read { reader in
            guard let process = try reader.get(id), let progress = try reader.progress(of: id) else {
                throw CancellationError()
            }
            return (try reader.required(process.runId), try TurnRecord(decoding: progress.dialogue))
        }
        if record.outcome != nil { return .ended(.bot(.finished)) }
        guard let lease = record.lease else {
            return .ended(.notStarted("the hub that would have given it to a bot is gone", isOurs: true))
        }
        if let why = lease.gaveBack { return .ended(.bot(.gaveBack("bot \(lease.bot) gave it back: \(why)"))) }
        if case .end(let graceMs) = wish {
            let end = watch.endsAt ?? now.adding(milliseconds: Int64(graceMs))
            watch.endsAt = end
            return end <= now ? .ended(.bot(.called)) : .due(end)
        }
        watch.endsAt = nil
        let due = max(lease.dueAt, watch.begunAt.adding(milliseconds: Int64(lease.leaseMs)))
        guard due <= now else { return .due(due) }
        let why = "bot \(lease.bot) was not heard of for \(lease.leaseMs) ms (leaseMs)"
        return .ended(.bot(.leaseLost(why, isToRetry: run.options.onLeaseLost != .interrupt)))
    }
}
