import Agents
import Journal
import Logging
import Model

// The middle of a process: what it says, and when it has to stop.
extension RunContext {
    /// Takes lines into the rows, with the offset that they end at, in one unit of work.
    /// - Returns: what may be shown at once.
    func receive(
        _ lines: [[UInt8]], from stream: OutputStream, of process: ChildProcess.ID, in project: Project.ID,
        start: UInt64, end: UInt64
    ) async throws -> [LiveUpdate] {
        try await journal.change(.project(project), by: Actor(.agent, id: process.rawValue)) { [catalog, settings] tx in
            guard var turn = try Turn(process, in: tx, catalog: catalog, settings: settings) else { return [] }
            precondition(turn.offset(of: stream) == Int(start), "two drivers read the output of \(process)")
            try turn.receive(lines, from: stream, upTo: Int(end))
            try turn.store()
            return turn.live
        }.value
    }

    /// Whether all that is left of a process is to put its things away.
    func hasEnded(_ process: ChildProcess.ID) async -> Bool {
        do {
            return try await journal.read { try $0.get(process)?.endedAt != nil }
        } catch {
            log.warning("A process was not found", metadata: ["process": "\(process)", "error": "\(error)"])
            return false
        }
    }

    /// What the rows want of a process.
    enum Wish: Sendable, Equatable {
        case work
        /// Its group is to be stopped where it stands.
        case standStill
        /// It is to end, and may take so long to do it by itself.
        case end(graceMs: Int)
    }

    func wish(of process: ChildProcess.ID) async throws -> Wish {
        try await journal.read { [settings] reader in
            guard let row = try reader.get(process), let progress = try reader.progress(of: process) else {
                return .end(graceMs: 0)
            }
            let run = try reader.required(row.runId)
            if run.holdsPlace { return run.status == .paused ? .standStill : .work }
            let wasInterrupted = try TurnRecord(decoding: progress.dialogue).wasInterrupted
            return .end(graceMs: wasInterrupted ? settings.interruptGraceSeconds * 1_000 : 0)
        }
    }

    /// Nobody answered in time: the agent is told no.
    func expire(_ approval: Approval) async throws {
        try await journal.change(.project(approval.projectId), by: .system) { [catalog, settings] tx in
            var approval = try tx.required(approval.id)
            do { try approval.expire(at: tx.now) } catch { return }
            try tx.put(approval, as: .approvalExpired, severity: .warning)
            if var turn = try Turn(approval.processId, in: tx, catalog: catalog, settings: settings) {
                try turn.answer(approval, with: .init(.deny, reason: "nobody answered in time"))
                try turn.store()
            }
        }
    }
}
