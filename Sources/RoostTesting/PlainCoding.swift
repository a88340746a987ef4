internal import Foundation
internal import Journal
package import Model

/// Foundation's JSON, property names as they are: for tests below the wire. Members are sorted, so that equal values
/// have equal text.
package struct PlainCoding: JournalCoding {
    package init() {}

    package func encode(_ value: some Encodable & Sendable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try [UInt8](encoder.encode(value))
    }

    package func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json))
    }

    package func encodeEvent(
        seq: UInt64, ts: Timestamp, type: EventType, projectId: Project.ID?, context: EventContext, severity: Severity,
        actor: Actor, dataJSON: [UInt8]
    ) throws -> [UInt8] {
        let envelope = Envelope(
            type: type, seq: seq, ts: ts, projectId: projectId, cardId: context.cardId, runId: context.runId,
            processId: context.processId, userId: context.userId, severity: severity, actor: actor)
        return try encode(envelope).dropLast() + #","data":"#.utf8 + dataJSON + "}".utf8
    }

    private struct Envelope: Encodable {
        let type: EventType
        let seq: UInt64
        let ts: Timestamp
        let projectId: Project.ID?
        let cardId: Card.ID?
        let runId: Run.ID?
        let processId: ChildProcess.ID?
        let userId: User.ID?
        let severity: Severity
        let actor: Actor
    }
}
