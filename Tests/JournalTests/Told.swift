import Foundation
import Journal
import Model

/// An event's payload, read as a client reads it.
struct Told: Decodable, Equatable {
    let type: String
    let seq: UInt64
    let ts: Timestamp
    let projectId: String
    let cardId: String?
    let runId: String?
    let processId: String?
    let severity: String
    let actor: Actor
    let data: JSONValue

    init(_ event: CommittedEvent) throws {
        self = try JSONDecoder().decode(Told.self, from: Data(event.payload))
    }
}

extension JSONValue {
    init(_ json: [UInt8]) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(json))
    }
}
