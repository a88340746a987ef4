import Journal
package import Model
import Wire

/// What an operation came to, as every door can tell it.
package struct OperationAnswer: Sendable {
    /// The output as JSON; nil where there is none.
    package var data: [UInt8]?
    /// Where the next page of a list begins; nil on its last.
    package var nextCursor: String?
    /// Where the journal stood that tells of it: everything up to there is in `data`.
    package var position: JournalPosition?
    /// Where what was made can be got.
    package var location: String?
    /// The version of what `data` shows.
    package var version: Int?
    /// It is what an earlier request with the same key came to; nothing was done now.
    package var isReplayed = false

    /// What a frame says beside its `data`: REST says the position in a header.
    package var frameMeta: [UInt8]? { meta(position: position, isReplayed: isReplayed) }
    package var meta: [UInt8]? { meta(position: nil, isReplayed: false) }

    private func meta(position: JournalPosition?, isReplayed: Bool) -> [UInt8]? {
        guard nextCursor != nil || position != nil || isReplayed else { return nil }
        var object = JSONObjectBytes()
        object.add("nextCursor", nextCursor)
        object.add("position", position?.description)
        object.add("replayed", isReplayed ? .bool(true) : nil)
        return object.finished()
    }
}

/// Things that count their changes, so that one can be based on what was read.
protocol Versioned: Entity {
    var version: Int { get }
}

extension Project: Versioned {}
extension Board: Versioned {}
extension BoardColumn: Versioned {}
extension Card: Versioned {}
extension Run: Versioned {}
extension Consumer: Versioned {}
extension User: Versioned {}
extension Token: Versioned {}
extension Member: Versioned {}
extension Policy: Versioned {}
extension Credential: Versioned {}
extension Profile: Versioned {}
extension Organization: Versioned {}
extension Seat: Versioned {}
extension Session: Versioned {}
extension Draft: Versioned {}
extension Tag: Versioned {}
extension Template: Versioned {}
extension Preference: Versioned {}

extension OperationAnswer {
    /// - Parameter json: the entity's, where it has been made before.
    static func entity(
        _ entity: some Entity, json: [UInt8]? = nil, at position: JournalPosition
    ) throws -> OperationAnswer {
        OperationAnswer(
            data: try json ?? WireJSON.encode(entity), position: position,
            location: "/api/\(type(of: entity).plural)/\(entity.id)",
            version: (entity as? any Versioned)?.version)
    }

    static func changed(_ change: Committed<some Entity>) throws -> OperationAnswer {
        try entity(change.value, json: change.json, at: change.position)
    }

    static func removed(_ change: Committed<some Entity>) -> OperationAnswer {
        OperationAnswer(position: change.position)
    }

    /// A whole list.
    static func list(_ rows: [Stored<some Entity>], at position: JournalPosition) -> OperationAnswer {
        OperationAnswer(data: array(rows), position: position)
    }

    /// One page of a list, of which `limit` + 1 rows were asked for.
    /// - Parameter cursor: what the page after this row begins with.
    static func page<E: Entity>(
        _ rows: [Stored<E>], limit: Int, at position: JournalPosition?, cursor: (E) -> String
    ) throws -> OperationAnswer {
        let page = rows.prefix(limit)
        let last = rows.count > limit ? page.last : nil
        return OperationAnswer(
            data: array(page), nextCursor: try last.map { cursor(try WireJSON.decode(E.self, from: $0.json)) },
            position: position)
    }

    private static func array(_ rows: some Sequence<Stored<some Entity>>) -> [UInt8] {
        array(rows.lazy.map(\.json))
    }

    /// One array of values that are JSON already.
    static func array(_ values: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for value in values {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes += value
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}
