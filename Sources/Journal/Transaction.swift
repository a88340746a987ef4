package import Model
internal import Foundation
internal import GRDB

/// What a change may do. Good only inside the closure that it was given to.
///
/// `put` and `delete` write the row and file its event as one act. When one of them throws, the whole unit of work is
/// undone, even if its body goes on.
package final class Transaction: BatchReader {
    /// One moment for the whole unit of work.
    package let now: Timestamp
    let scope: JournalKey
    private let actor: Actor
    let ids: any IdentifierSource

    /// The ends of the journals that this unit has moved.
    private(set) var heads: [JournalKey: JournalHead] = [:]
    private(set) var events: [CommittedEvent] = []
    /// Those that the search index has to look at; the batch writes them down.
    private(set) var searchDue: Set<String> = []
    /// What the rows of this unit's entities hold now, by identifier.
    private var bodies: [String: [UInt8]] = [:]
    /// The first thing that went wrong half-way.
    private(set) var failure: (any Error)?

    /// - Throws: when what the unit is about is not there.
    init(_ unit: UnitOfWork, in batch: Batch, db: Database, tools: Batch.Tools) throws {
        now = tools.clock.now()
        scope = try unit.scope(BatchReader(db, coding: tools.coding, batch: batch))
        actor = unit.actor
        ids = tools.ids
        super.init(db, coding: tools.coding, batch: batch)
    }

    package func make<E: Entity>(_ type: E.Type = E.self) -> Identifier<E> { ids.make() }

    /// Writes `entity` as it now is, and files that as an event in its journal. Some are told in
    /// the hub's journal too.
    package func put<E: Entity>(_ entity: E, as type: EventType, severity: Severity = .info) throws {
        let record = own(entity)
        try wholly {
            let body = try coding.encode(entity)
            let values = [entity.id.rawValue] + record.columnValues + [Data(body)]
            try db.cachedStatement(sql: Swift.type(of: record).table.upsertSQL)
                .execute(arguments: StatementArguments(values))
            try fileLinks(of: entity)
            if let card = entity as? Card, let user = actor.userId { try noteOwnView(of: card, by: user) }
            wrote(entity, body)
            bodies[entity.id.rawValue] = body
            if record.isSearchable { searchDue.insert(entity.id.rawValue) }
            try tell(of: entity, type, severity, data: body)
        }
    }

    /// Removes `entity`'s row; the event's data is its id alone.
    package func delete<E: Entity>(_ entity: E, as type: EventType) throws {
        let record = own(entity)
        try wholly {
            try db.cachedStatement(sql: Swift.type(of: record).table.deleteSQL).execute(arguments: [entity.id.rawValue])
            removed(entity)
            bodies[entity.id.rawValue] = nil
            if record.isSearchable { searchDue.insert(entity.id.rawValue) }
            try tell(of: entity, type, .info, data: coding.encode(Removed(id: entity.id)))
        }
    }

    func noteSearchDue(_ id: String) { searchDue.insert(id) }

    /// Files an event that is no entity's change: a diff's new size.
    package func note(
        _ type: EventType, about context: EventContext, severity: Severity = .info, data: some Encodable & Sendable
    ) throws {
        guard case .project(let project) = scope else { preconditionFailure("\(type.rawValue) belongs to no project") }
        try wholly {
            try tell(
                in: scope, type, project: project, context: context, severity: severity, data: coding.encode(data))
        }
    }

    /// What the row of `value` holds, where that is an entity that this unit has put.
    func body(of value: some Sendable) -> [UInt8]? { (value as? any Entity).flatMap { $0.row(in: bodies) } }

    override func head(of journal: JournalKey) throws -> JournalHead? {
        try heads[journal] ?? batch.head(of: journal) ?? super.head(of: journal)
    }

    func move(_ journal: JournalKey, to head: JournalHead) { heads[journal] = head }

    /// A row whose event is missing must never be committed, whatever the body does about the error. Nor may the body
    /// go on writing: SQLite may have ended the transaction, and would keep what comes next.
    func wholly(_ act: () throws -> Void) throws {
        if let failure { throw failure }
        do {
            try act()
        } catch {
            failure = error
            throw error
        }
    }

    private struct Removed<E: Entity>: Encodable, Sendable {
        let id: Identifier<E>
    }

    private func own<E: Entity>(_ entity: E) -> any Record {
        precondition(
            scope == .hub || scope == entity.journal, "\(entity.id) is not of the journal \(scope)")
        guard let record = entity as? any Record else { preconditionFailure("\(E.plural) have no table") }
        return record
    }

    private func tell<E: Entity>(of entity: E, _ type: EventType, _ severity: Severity, data: [UInt8]) throws {
        let entryIndex = E.kind == .entry ? (entity as? Entry)?.index : nil
        for journal in [entity.journal] + (E.kind.isToldInHub ? [.hub] : []) {
            try tell(
                in: journal, type, project: entity.journal.projectId, context: entity.context, severity: severity,
                data: data, entryIndex: entryIndex)
        }
    }

    func tell(
        in journal: JournalKey, _ type: EventType, project: Project.ID?, context: EventContext, severity: Severity,
        data: [UInt8], entryIndex: Int? = nil
    ) throws {
        var head = try head(of: journal) ?? JournalHead.make(journal, in: db, ids: ids)
        head.seq += 1
        let payload = try coding.encodeEvent(
            seq: head.seq, ts: now, type: type, projectId: project, context: context, severity: severity, actor: actor,
            dataJSON: data)
        let header = EventHeader(
            seq: head.seq, projectId: project, type: type, severity: severity, context: context)
        try file(header, payload, in: head, of: journal)
        head.bytes += payload.count + JournalHead.eventOverheadBytes
        heads[journal] = head
        events.append(
            CommittedEvent(
                journal: journal, epoch: head.epoch, header: header, payload: payload, entryIndex: entryIndex))
    }

    private func file(
        _ header: EventHeader, _ payload: [UInt8], in head: JournalHead, of journal: JournalKey
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO events
                    (journal, seq, ts, type, severity, cardId, runId, processId, payload, projectId, userId, jobId,
                    organizationId)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            head.id, Int64(header.seq), now.millisecondsSince1970, header.type.rawValue, header.severity.rawValue,
            header.context.cardId?.rawValue, header.context.runId?.rawValue, header.context.processId?.rawValue,
            Data(payload), journal == .hub ? header.projectId?.rawValue : nil,
            journal == .hub ? header.context.userId?.rawValue : nil,
            header.context.jobId?.rawValue, header.context.organizationId?.rawValue,
        ])
    }
}

extension Entity {
    fileprivate func row(in bodies: [String: [UInt8]]) -> [UInt8]? { bodies[id.rawValue] }
}
