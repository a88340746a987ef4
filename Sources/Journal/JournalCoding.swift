package import Model

/// How values become JSON text and back. Handed in, because how a field is spelled is the wire's business.
///
/// The text of an encoded entity is used three times as it stands: as its row's body, as its event's `data`, and in
/// snapshots. Implementations must therefore write one complete JSON value without surrounding white space.
package protocol JournalCoding: Sendable {
    func encode(_ value: some Encodable & Sendable) throws -> [UInt8]

    func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) throws -> Value

    /// The event's whole JSON object, with `dataJSON` spliced in as its `data`.
    func encodeEvent(
        seq: UInt64, ts: Timestamp, type: EventType, projectId: Project.ID?, context: EventContext, severity: Severity,
        actor: Actor, dataJSON: [UInt8]
    ) throws -> [UInt8]
}
