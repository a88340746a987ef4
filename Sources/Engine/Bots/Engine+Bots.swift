import Agents
import Journal
package import Model

// Bots do a run's work elsewhere. A bot claims a run from the queue, which gives it a worktree and a process row like any
// other; what it reports goes through the same `Turn` as an agent's lines, and what it is told is the same input, read by
// heartbeats. A lease with a fencing token says whose the run is; the run's driver alone takes it away.
extension Engine {
    /// Gives a bot the next run that it may have, when it is its turn in the queue; waits for one.
    /// - Returns: nil when none came in time.
    /// - Throws: `HubError` `.limitExceeded` (`botClaimsMax`), `.projectArchived`.
    package func claimRun(_ project: Project.ID, _ input: ClaimRun) async throws -> BotAssignment? {
        _ = try await journal.read { try $0.open(project) }
        let claim = BotClaim(
            id: ids.next().description, project: project, bot: input.bot,
            leaseMs: input.leaseMs ?? BotLimits.leaseDefaultMs)
        let listener = bell.listen(to: .project(project))
        defer { bell.forget(listener) }
        try await scheduler.join(claim)
        do {
            let assignment = try await assignment(to: claim, waitMs: input.waitMs ?? 1_000, listener)
            await scheduler.forget(claim.id)
            return assignment
        } catch {
            // A run that it has been given meanwhile comes back when its lease ends.
            await scheduler.forget(claim.id)
            throw error
        }
    }

    private func assignment(
        to claim: BotClaim, waitMs: Int, _ listener: CommitBell.Listener
    ) async throws -> BotAssignment? {
        let deadline = clock.now().adding(milliseconds: Int64(waitMs))
        let last = deadline.adding(milliseconds: Int64(BotLimits.preparationMsMax))
        while true {
            try Task.checkCancellation()
            let now = clock.now()
            if let seat = await scheduler.seat(of: claim.id) {
                switch try await journal.read({ try $0.assignment(of: seat) }) {
                case .ready(let assignment): return assignment
                case .failed:
                    await scheduler.rejoin(claim.id)
                    continue
                case .preparing: break
                }
                guard now < last else { return nil }
                try await listener.wait(until: last, clock)
            } else if now < deadline {
                try await listener.wait(until: deadline, clock)
            } else if await scheduler.leave(claim.id) {
                return nil
            }
        }
    }

    /// Keeps the run the bot's, and tells it what it is to do; waits for something new.
    /// - Throws: `HubError` `.leaseLost`.
    package func heartbeat(_ id: Run.ID, _ input: BotHeartbeat, by actor: Actor) async throws -> BotOrders {
        let project = try await journal.read { try $0.required(id).projectId }
        let listener = bell.listen(to: .project(project))
        defer { bell.forget(listener) }
        var orders = try await journal.change(.project(project), by: actor) { [catalog, settings] tx in
            var turn = try tx.turn(of: id, token: input.token, catalog: catalog, settings: settings)
            turn.record.lease?.renew(at: tx.now)
            let heard = max(turn.record.lease?.heard ?? 0, input.after ?? 0)
            turn.record.lease?.heard = heard
            try turn.store()
            return try tx.orders(of: id, token: input.token, after: input.after)
        }.value
        // Longer than half its time it would be late with the next one.
        let waitMs = min(input.waitMs ?? 0, orders.lease.leaseMs / 2)
        let deadline = clock.now().adding(milliseconds: Int64(waitMs))
        while orders.messages.isEmpty, orders.state == input.state ?? .work, clock.now() < deadline {
            try await listener.wait(until: deadline, clock)
            orders = try await journal.read { try $0.orders(of: id, token: input.token, after: input.after) }
        }
        return orders
    }

    /// Takes what a bot has done into the rows, once.
    /// - Throws: `HubError` `.leaseLost`; `.validationFailed` for reports that are missing before these.
    package func report(_ id: Run.ID, _ input: BotReport, by actor: Actor) async throws -> BotReceipt {
        let receipt = try await journal.change(of: id, by: actor) { [catalog, settings] tx in
            var turn = try tx.turn(of: id, token: input.token, catalog: catalog, settings: settings)
            let received = turn.record.lease?.received ?? 0
            let from = input.from ?? received
            guard from <= received else {
                throw HubError.invalid("/from", "is \(from), and \(received) things were reported before")
            }
            let items = input.items.dropFirst(received - from)
            guard items.isEmpty || !turn.isOver else {
                throw HubError.leaseLost(id, "it has said that it is done", turn.run)
            }
            try turn.report(items.map { try $0.line() })
            turn.record.lease?.received = received + items.count
            turn.record.lease?.renew(at: tx.now)
            try turn.store()
            if turn.isOver, !items.isEmpty { try tx.keepUnheard(&turn) }
            return try tx.receipt(of: turn)
        }.value
        await scheduler.poke(id)
        return receipt
    }

    /// Gives a run back that the bot does not want: another one may claim it after a moment.
    /// - Throws: `HubError` `.leaseLost`.
    package func release(_ id: Run.ID, _ input: ReleaseRun, by actor: Actor) async throws {
        try await journal.change(of: id, by: actor) { [catalog, settings] tx in
            var turn = try tx.turn(of: id, token: input.token, catalog: catalog, settings: settings)
            turn.record.lease?.gaveBack = input.reason ?? "it did not say why"
            try turn.store()
        }
        await scheduler.poke(id)
    }
}

extension HubError {
    fileprivate static func leaseLost(_ id: Run.ID, _ why: String, _ run: Run, token: Int? = nil) -> HubError {
        var members: [String: JSONValue] = ["currentStatus": .string(run.status.rawValue)]
        members["currentToken"] = token.map { .integer(Int64($0)) }
        return HubError(.leaseLost, "run \(id) is not this bot's: \(why)", members: members)
    }
}

extension Reader {
    fileprivate enum SeatLook {
        case preparing, failed
        case ready(BotAssignment)
    }

    fileprivate func assignment(of seat: BotRank.Seat) throws -> SeatLook {
        guard let id = seat.process else { return .preparing }
        let process = try required(id)
        guard process.endedAt == nil else { return .failed }
        guard let progress = try progress(of: id), let lease = try TurnRecord(decoding: progress.dialogue).lease,
            lease.claim == seat.claim.id
        else { return .preparing }
        let run = try required(process.runId)
        let project = try required(run.projectId)
        return .ready(
            BotAssignment(
                lease: BotLeaseTold(lease), run: run, processId: id, prompt: process.prompt ?? run.prompt,
                attachments: process.attachments, sessionId: run.sessionId,
                workingDirectory: run.workingDirectory(in: project)))
    }

    /// The process that a bot with this token has.
    fileprivate func leased(_ id: Run.ID, token: Int) throws -> (
        process: ChildProcess, lease: BotLease, record: TurnRecord
    ) {
        let run = try required(id)
        guard run.provider == .bot else { throw HubError.leaseLost(id, "it is no bot's", run) }
        guard let process = try agentProcess(of: id), process.endedAt == nil,
            let progress = try progress(of: process.id)
        else { throw HubError.leaseLost(id, "no bot has it", run) }
        let record = try TurnRecord(decoding: progress.dialogue)
        guard let lease = record.lease else { throw HubError.leaseLost(id, "no bot has it yet", run) }
        guard lease.token == token else {
            throw HubError.leaseLost(
                id, "bot \(lease.bot) has it with token \(lease.token), this is \(token)", run, token: lease.token)
        }
        return (process, lease, record)
    }

    fileprivate func orders(of id: Run.ID, token: Int, after: Int?) throws -> BotOrders {
        let (process, lease, record) = try leased(id, token: token)
        let run = try required(id)
        let from = after ?? lease.heard
        let input = try input(of: process.id, from: from)
        return BotOrders(
            lease: BotLeaseTold(lease), status: run.status, state: run.botState(record),
            messages: try input.orders(), next: from + input.count)
    }

    fileprivate func receipt(of turn: Turn) throws -> BotReceipt {
        guard let lease = turn.record.lease else { preconditionFailure("a report without a lease") }
        let run = try required(turn.run.id)
        return BotReceipt(
            lease: BotLeaseTold(lease), status: run.status, state: run.botState(turn.record), received: lease.received)
    }
}

extension Transaction {
    fileprivate func turn(
        of id: Run.ID, token: Int, catalog: AgentCatalog, settings: EngineSettings
    ) throws -> Turn {
        let process = try leased(id, token: token).process
        guard let turn = try Turn(process.id, in: self, catalog: catalog, settings: settings) else {
            throw HubError.leaseLost(id, "it is over", try required(id))
        }
        return turn
    }

    /// What it was told and had not heard when it said that it is done opens the next turn.
    fileprivate func keepUnheard(_ turn: inout Turn) throws {
        let heard = turn.record.lease?.heard ?? 0
        let unheard = try input(of: turn.process.id, from: heard).orders().filter { $0["type"]?.string == "message" }
        let texts = unheard.compactMap { $0["text"]?.string }
        let files = unheard.flatMap { $0["attachments"]?.array?.compactMap(\.string) ?? [] }
        guard !texts.isEmpty, turn.run.holdsPlace else { return }
        try remember(
            texts.joined(separator: "\n\n"), files.map(Attachment.ID.init(trusted:)), after: turn.run.nextPrompt,
            for: &turn.run)
    }
}

extension Run {
    fileprivate func botState(_ record: TurnRecord) -> BotState {
        guard holdsPlace, record.outcome == nil else { return .stop }
        return status == .paused ? .pause : .work
    }
}
