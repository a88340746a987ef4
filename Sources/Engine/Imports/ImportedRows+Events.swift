import Journal
import Model

extension ImportedRows {
    /// What an event says of itself; what it tells of is told again as it stands.
    private struct Told: Decodable {
        let seq: UInt64
        let ts: Timestamp
        let type: EventType
        let severity: Severity
        let projectId: Project.ID?
        let cardId: Card.ID?
        let runId: Run.ID?
        let processId: ChildProcess.ID?
        let jobId: Job.ID?
        let actor: Actor
    }

    /// - Parameter seq: the number that it has to have; nil for the first.
    func event(_ line: [UInt8], seq: UInt64?) throws -> ImportedEvent {
        let payload = mapping.map(line)
        let told: Told
        do {
            told = try coding.decode(Told.self, from: payload)
        } catch {
            throw Wrong(reason: "is no event: \((error as? HubError)?.detail ?? "\(error)")")
        }
        guard told.projectId == project.id else { throw Wrong(reason: "is of another project") }
        guard (1...Self.seqMax).contains(told.seq), seq == nil || seq == told.seq else {
            throw Wrong(reason: "has the number \(told.seq), which is not the next")
        }
        let context = EventContext(
            cardId: told.cardId, runId: told.runId, processId: told.processId, jobId: told.jobId)
        return ImportedEvent(
            EventHeader(
                seq: told.seq, projectId: told.projectId, type: told.type, severity: told.severity, context: context),
            ts: told.ts, payload: payload)
    }

    /// 2^53: what every client can count to.
    private static let seqMax: UInt64 = 1 << 53
}
