package import Model
internal import Foundation
internal import GRDB

// A project that comes from elsewhere, many pages of rows one after another: too many for one unit of work. Until all are
// here, nothing is told of them, no list has the project, and nobody knows their identifiers; what does not come to its end
// is removed again, also by the next hub.
//
// The order: `beginImport`, `store` and `storeEvents` page by page, `openImport` (from here on changes are told in the
// project's journal), `put` what became otherwise on the way, `endImport`.
extension Transaction {
    /// How many rows a unit of work removes.
    package static let removedAtOnceMax = 500

    package func beginImport(_ project: Project) throws {
        try store(project)
        let journal = try JournalHead.make(named: "import:\(project.id)", in: db, ids: ids).id
        try write("INSERT INTO imports (projectId, journal) VALUES (?, ?)", [project.id.rawValue, journal])
    }

    /// A row without an event.
    /// - Throws: `JournalError.storage` when there is a row of that identifier.
    package func store<E: Entity>(_ entity: E) throws {
        precondition(scope == .hub, "what is imported is nobody's change")
        guard let record = entity as? any Record else { preconditionFailure("\(E.plural) have no table") }
        let values = [entity.id.rawValue] + record.columnValues + [Data(try coding.encode(entity))]
        try write(type(of: record).table.insertSQL, StatementArguments(values))
        try wholly { try fileLinks(of: entity) }
        if record.isSearchable { noteSearchDue(entity.id.rawValue) }
    }

    /// Of the journal of a project that is being imported, in the order of their numbers.
    package func store(_ events: [ImportedEvent], of project: Project.ID) throws {
        guard let journal = try importJournal(of: project) else { throw HubError.notFound(.project, project.rawValue) }
        for event in events {
            let header = event.header
            try write(
                """
                INSERT INTO events (journal, seq, ts, type, severity, cardId, runId, processId, payload, jobId)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    journal, Int64(header.seq), event.ts.millisecondsSince1970, header.type.rawValue,
                    header.severity.rawValue, header.context.cardId?.rawValue, header.context.runId?.rawValue,
                    header.context.processId?.rawValue, Data(event.payload), header.context.jobId?.rawValue,
                ])
        }
    }

    /// The journal gets its name: what is changed from here on is told after what was imported.
    /// - Parameter seq: of the last event that the exporting journal had, also when its events are not kept.
    package func openImport(of project: Project.ID, at seq: UInt64) throws {
        guard let journal = try importJournal(of: project) else { throw HubError.notFound(.project, project.rawValue) }
        try write(
            """
            UPDATE journals SET name = ?, seq = ?,
                oldest = ifnull((SELECT min(seq) FROM events WHERE journal = journals.id), ? + 1),
                bytes = (SELECT ifnull(sum(length(payload) + \(JournalHead.eventOverheadBytes)), 0)
                    FROM events WHERE journal = journals.id)
            WHERE id = ?
            """,
            [JournalKey.project(project).description, Int64(seq), Int64(seq), journal])
    }

    /// An event about something that did not come along: from here on it is not there.
    package func tellMissing(_ id: String, _ type: EventType, in project: Project.ID) throws {
        try wholly {
            try tell(
                in: .project(project), type, project: project, context: EventContext(), severity: .info,
                data: coding.encode(["id": id]))
        }
    }

    /// From here on the project is there for everybody.
    package func endImport(of project: Project.ID) throws {
        try write("DELETE FROM imports WHERE projectId = ?", [project.rawValue])
    }

    /// What was told in it counts on: a database that has lost some of its events is known by their number (Seal.swift).
    private func endJournal(_ journal: Int64, of project: Project.ID) throws {
        try write("DELETE FROM journals WHERE id = ? AND seq = 0", [journal])
        try write(
            "UPDATE journals SET name = ?, oldest = seq + 1, bytes = 0 WHERE id = ?", ["gone:\(project)", journal])
    }

    /// Removes what an import has left, a piece at a time.
    /// - Returns: whether there is more.
    package func removeImport(of project: Project.ID) throws -> Bool {
        guard let journal = try importJournal(of: project) else { return false }
        let id = project.rawValue
        let pieces: [(table: String, condition: String, argument: any DatabaseValueConvertible & Sendable)] = [
            ("events", "journal = ?", journal), ("attachments", "projectId = ?", id),
            ("approvals", "projectId = ?", id),
            ("sessions", "projectId = ?", id),
            ("drafts", "projectId = ?", id), ("tags", "projectId = ?", id),
            ("reviews", "runId IN (SELECT id FROM runs WHERE projectId = ?)", id),
            ("entries", "runId IN (SELECT id FROM runs WHERE projectId = ?)", id),
            ("processes", "runId IN (SELECT id FROM runs WHERE projectId = ?)", id), ("runs", "projectId = ?", id),
            ("cards", "projectId = ?", id), ("columns", "projectId = ?", id), ("boards", "projectId = ?", id),
            ("policies", "projectId = ?", id), ("projects", "id = ?", id),
        ]
        for piece in pieces {
            let rows = """
                FROM \(piece.table) WHERE \(piece.condition) ORDER BY rowid LIMIT \(Self.removedAtOnceMax)
                """
            if ["cards", "entries"].contains(piece.table) {
                // What may be found by its words already is looked for once more, and is not there.
                try write("INSERT OR IGNORE INTO searchDue (subject) SELECT id \(rows)", [piece.argument])
            }
            if piece.table != "events" {
                for row in try String.fetchAll(db, sql: "SELECT id \(rows)", arguments: [piece.argument]) {
                    forget(row)
                }
            }
            try write("DELETE FROM \(piece.table) WHERE rowid IN (SELECT rowid \(rows))", [piece.argument])
            if db.changesCount == Self.removedAtOnceMax { return true }
        }
        try endJournal(journal, of: project)
        try write("DELETE FROM imports WHERE projectId = ?", [id])
        return false
    }
}
