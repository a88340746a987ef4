import Journal
package import Model
import Wire

/// Rows and events in the journal are spelled as on the wire, so that nothing has to be spelled twice.
package struct WireJournalCoding: JournalCoding {
    package init() {}

    package func encode(_ value: some Encodable & Sendable) throws -> [UInt8] { try WireJSON.encode(value) }

    package func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) throws -> Value {
        try WireJSON.decode(type, from: json)
    }

    package func encodeEvent(
        seq: UInt64, ts: Timestamp, type: EventType, projectId: Project.ID?, context: EventContext, severity: Severity,
        actor: Actor, dataJSON: [UInt8]
    ) -> [UInt8] {
        EventCoding.encode(
            seq: seq, ts: ts, type: type, projectId: projectId, context: context, severity: severity, actor: actor,
            data: dataJSON)
    }
}
