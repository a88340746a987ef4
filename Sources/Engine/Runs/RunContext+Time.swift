import Agents
import Journal
import Logging
import Model

// What the clock alone brings about. Each look begins with the rows, and asks them again in the unit of work that changes them.
extension RunContext {
    /// What an agent is told that has said nothing for a while.
    static let nudge = "You have said nothing for a while. Go on, or say what you are waiting for."

    /// Postponed runs whose time has come.
    func dueRuns() async throws -> [Run.ID] {
        let now = clock.now()
        return try await journal.read { reader in
            try reader.runs(statuses: [.waiting]).filter { !$0.holdsPlace && ($0.waitingUntil ?? now) <= now }.map(\.id)
        }
    }

    /// - Returns: whether it is in the queue now.
    func makeDue(_ id: Run.ID) async throws -> Bool {
        try await change(id) { run, tx in
            guard run.status == .waiting, !run.holdsPlace, (run.waitingUntil ?? tx.now) <= tx.now else { return false }
            _ = try run.apply(.due, at: tx.now)
            try tx.put(run, as: .runQueued)
            return true
        }
    }

    /// Pauses runs whose budget, or whose card's or project's, has been used up by time.
    /// - Returns: those that were paused.
    func pauseOverspent() async throws -> [Run.ID] {
        let now = clock.now()
        let spent = try await journal.read { reader in
            try reader.runs(statuses: [.running]).filter { run in
                try reader.excess(of: run, in: try reader.required(run.projectId), at: now) != nil
            }.map(\.id)
        }
        return try await changed(spent) { run, tx in
            guard run.status == .running, let excess = try tx.excess(of: run, in: try tx.required(run.projectId)) else {
                return false
            }
            _ = try run.apply(.pause(.budget, detail: excess.text), at: tx.now)
            try tx.put(run, as: .runPaused, severity: .warning)
            return true
        }
    }

    /// Sees to agents that are at work and say nothing, as their projects' rules are.
    /// - Returns: those about which something was done.
    func lookForStalls() async throws -> [Run.ID] {
        let now = clock.now()
        let silent = try await journal.read { [settings] reader in
            try reader.runs(statuses: [.running]).filter { run in
                try reader.silence(of: run, settings.stall, at: now) != nil
            }.map(\.id)
        }
        return try await changed(silent) { [settings, catalog] run, tx in
            guard let (since, rule, process) = try tx.silence(of: run, settings.stall, at: tx.now) else { return false }
            run.stalledSince = since
            run.touch(at: tx.now)
            try tx.put(run, as: .runStalled, severity: .warning)
            switch rule.action {
            case .nothing, .notify: break
            case .nudge:
                // Of those who hear only their first words it is told alone.
                guard try catalog.program(for: run.provider).abilities.messages,
                    var turn = try Turn(process, in: tx, catalog: catalog, settings: settings), !turn.isOver
                else {
                    break
                }
                try turn.say(Self.nudge)
                try turn.store()
            case .stop:
                let why = "it has said nothing for \(rule.afterSeconds) s (afterSeconds)"
                try tx.end(
                    &run, .stop(.stall, detail: why), as: .runStopped, severity: .warning, catalog: catalog,
                    settings: settings)
            }
            return true
        }
    }

    private func changed(
        _ runs: [Run.ID], _ body: @escaping @Sendable (inout Run, Transaction) throws -> Bool
    ) async throws -> [Run.ID] {
        var changed: [Run.ID] = []
        for id in runs where try await change(id, body) { changed.append(id) }
        return changed
    }

    private func change(
        _ id: Run.ID, _ body: @escaping @Sendable (inout Run, Transaction) throws -> Bool
    ) async throws -> Bool {
        let project = try await journal.read { try $0.required(id).projectId }
        return try await journal.change(.project(project), by: .system) { tx in
            var run = try tx.required(id)
            return try body(&run, tx)
        }.value
    }
}

extension Reader {
    /// - Returns: since when a run's agent has said nothing, if that is for longer than the rule allows and has not been
    ///   noticed; nil when there is nothing to be done about it.
    fileprivate func silence(
        of run: Run, _ rule: StallRule, at now: Timestamp
    ) throws -> (since: Timestamp, rule: StallRule, process: ChildProcess.ID)? {
        let rule = try required(run.projectId).stall ?? rule
        // One that has no number yet is still being set up, for which the script has a time of its own; a bot has none ever.
        guard rule.action != .nothing, run.status == .running, run.stalledSince == nil,
            let process = try agentProcess(of: run.id), process.status == .running,
            process.pid != nil || run.provider == .bot,
            let progress = try progress(of: process.id)
        else { return nil }
        // Since it was heard, or was told something, or has been going on again.
        let since = [progress.heardAt, process.updatedAt, run.runningSince].compactMap(\.self).max() ?? now
        guard since.adding(milliseconds: Int64(rule.afterSeconds) * 1_000) <= now else { return nil }
        return (since, rule, process.id)
    }
}
