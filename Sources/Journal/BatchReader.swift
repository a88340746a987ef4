internal import GRDB
package import Model

/// A reader on the writer's thread, which knows what its batch has read and written.
package class BatchReader: Reader {
    let batch: Batch
    /// What was written through this one, and is not the batch's yet.
    private(set) var written: EntityCache.Entities = [:]

    init(_ db: Database, coding: any JournalCoding, batch: Batch) {
        self.batch = batch
        super.init(db, coding: coding)
    }

    package override func get<E: Entity>(_ id: Identifier<E>) throws -> E? {
        let own = written[id.rawValue]
        if let known = own ?? batch.entity(id.rawValue) { return known as? E }
        guard let row = try stored(id) else { return nil }
        let entity = try coding.decode(E.self, from: row.json)
        if own == nil, row.json.count <= EntityCache.bodyByteCountMax { batch.remember(entity, id.rawValue) }
        return entity
    }

    func wrote<E: Entity>(_ entity: E, _ body: [UInt8]) {
        // Entries are written once.
        let isKept = E.kind != .entry && body.count <= EntityCache.bodyByteCountMax
        written[entity.id.rawValue] = isKept ? entity : .some(nil)
    }

    func removed<E: Entity>(_ entity: E) { forget(entity.id.rawValue) }

    /// The row has gone or changed past `put` and `delete`.
    func forget(_ id: String) { written[id] = .some(nil) }
}
