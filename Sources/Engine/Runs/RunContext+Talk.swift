import Agents
import Journal
import Logging
import Model

// The middle of a process: what it says, and when it has to stop.
extension RunContext {
    /// 10 s for an agent that has said that it is done: to write its history, and to end the servers that it started.
    private static let lingerSeconds = 10

    struct Received: Sendable {
        /// What may be shown at once.
        var live: [LiveUpdate] = []
        /// Whether the agent waits for something that the hub does for it.
        var hasServices = false
    }

    /// Takes lines into the rows, with the offset that they end at, in one unit of work.
    func receive(
        _ lines: [[UInt8]], from stream: OutputStream, of process: ChildProcess.ID, in project: Project.ID,
        start: UInt64, end: UInt64
    ) async throws -> Received {
        try await journal.change(.project(project), by: Actor(.agent, id: process.rawValue)) { [catalog, settings] tx in
            guard var turn = try Turn(process, in: tx, catalog: catalog, settings: settings) else { return Received() }
            precondition(turn.offset(of: stream) == Int(start), "two drivers read the output of \(process)")
            try turn.receive(lines, from: stream, upTo: Int(end))
            try turn.store()
            return Received(live: turn.live, hasServices: turn.record.services?.isEmpty == false)
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
            let record = try TurnRecord(decoding: progress.dialogue)
            if run.holdsPlace {
                if run.status == .paused { return .standStill }
                // One that has nothing left to do may not end with its input.
                return record.outcome == nil ? .work : .end(graceMs: Self.lingerSeconds * 1_000)
            }
            return .end(graceMs: record.wasInterrupted ? settings.interruptGraceSeconds * 1_000 : 0)
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
