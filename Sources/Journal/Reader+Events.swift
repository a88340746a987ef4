package import Model
internal import GRDB

extension Reader {
    /// The events of `journal` after `seq`, oldest first.
    ///
    /// - Parameter severity: only events of exactly this one.
    /// - Parameter byteCountMax: payload bytes of the page; a single larger event is a page of its own.
    /// - Parameter isWanted: asked last, of those that the filter admits.
    package func events(
        in journal: JournalKey, after seq: UInt64, filter: EventFilter = EventFilter(), severity: Severity? = nil,
        limit: Int, byteCountMax: Int, where isWanted: (CommittedEvent) throws -> Bool = { _ in true }
    ) throws -> EventPage {
        let head = try knownHead(of: journal)
        guard seq <= head.seq, seq + 1 >= head.oldest else { return .gone(oldest: head.oldest) }
        let rows = try eventRows(of: journal, head, after: seq)
        return try page(
            rows, of: journal, head, after: seq, upTo: head.seq, filter, severity, limit: limit,
            byteCountMax: byteCountMax, where: isWanted)
    }

    /// The events of a run after `seq`, oldest first. Of a pinned run also those that its journal keeps no more.
    package func events(
        of run: Run, after seq: UInt64, filter: EventFilter = EventFilter(), severity: Severity? = nil, limit: Int,
        byteCountMax: Int, where isWanted: (CommittedEvent) throws -> Bool = { _ in true }
    ) throws -> EventPage {
        let journal = JournalKey.project(run.projectId)
        let head = try knownHead(of: journal)
        var filter = filter
        filter.runId = run.id
        guard seq + 1 < head.oldest, let pinnedFrom = run.pinnedFrom else {
            return try events(
                in: journal, after: seq, filter: filter, severity: severity, limit: limit, byteCountMax: byteCountMax,
                where: isWanted)
        }
        guard seq + 1 >= pinnedFrom else { return .gone(oldest: pinnedFrom) }
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, type, severity, cardId, runId, processId, NULL, NULL, NULL, NULL, payload FROM pinnedEvents
                WHERE runId = ? AND seq > ? ORDER BY seq LIMIT \(EventPage.scanCountMax)
                """)
        let rows = try Row.fetchCursor(statement, arguments: [run.id.rawValue, Int64(seq)])
        let page = try page(
            rows, of: journal, head, after: seq, upTo: head.oldest - 1, filter, severity, limit: limit,
            byteCountMax: byteCountMax, where: isWanted)
        guard case .page(let events, let scannedTo, let more) = page else { return page }
        return .page(events: events, scannedTo: scannedTo, more: more || head.oldest <= head.seq)
    }

    /// - Parameter last: what has been looked at when there are no more rows.
    private func page(
        _ rows: RowCursor, of journal: JournalKey, _ head: JournalHead, after seq: UInt64, upTo last: UInt64,
        _ filter: EventFilter, _ severity: Severity?, limit: Int, byteCountMax: Int,
        where isWanted: (CommittedEvent) throws -> Bool
    ) throws -> EventPage {
        var (events, scannedTo, byteCount, scanned): ([CommittedEvent], UInt64, Int, Int) = ([], seq, 0, 0)
        var isExhausted = false
        while events.count < limit {
            guard let row = try rows.next() else {
                isExhausted = true
                break
            }
            scanned += 1
            let header = try EventHeader(row, of: journal)
            if filter.admits(header), severity == nil || severity == header.severity {
                let payload = try row.bytes(at: EventColumn.payload.rawValue)
                let event = CommittedEvent(journal: journal, epoch: head.epoch, header: header, payload: payload)
                if try isWanted(event) {
                    byteCount += payload.count
                    if byteCount > byteCountMax, !events.isEmpty { break }
                    events.append(event)
                }
            }
            scannedTo = header.seq
        }
        if isExhausted, scanned < EventPage.scanCountMax { scannedTo = max(scannedTo, last) }
        return .page(events: events, scannedTo: scannedTo, more: scannedTo < last)
    }

    private func eventRows(of journal: JournalKey, _ head: JournalHead, after seq: UInt64) throws -> RowCursor {
        // Not behind `payload`, where a project's journal has nothing: a row that the filter refuses costs no look at its
        // overflow pages. Nor is `jobId` looked for, where it is none of a job's.
        let concerned = journal == .hub ? "projectId, userId, organizationId" : "NULL, NULL, NULL"
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, type, severity, cardId, runId, processId, \(concerned),
                    CASE WHEN type BETWEEN 'job.' AND 'job.~' THEN jobId END, payload FROM events
                WHERE journal = ? AND seq > ? ORDER BY seq LIMIT \(EventPage.scanCountMax)
                """)
        return try Row.fetchCursor(statement, arguments: [head.id, Int64(seq)])
    }
}

private enum EventColumn: Int {
    case seq, type, severity, cardId, runId, processId, projectId, userId, organizationId, jobId, payload
}

extension EventHeader {
    fileprivate init(_ row: Row, of journal: JournalKey) throws {
        func text(_ column: EventColumn) -> String? { row[column.rawValue] }
        let seq: Int64 = row[EventColumn.seq.rawValue]
        guard let type = text(.type).flatMap(EventType.init), let severity = text(.severity).flatMap(Severity.init)
        else { throw JournalError.damaged("event \(seq) is of an unknown type or severity") }
        let projectId: Project.ID? =
            switch journal {
            case .hub: text(.projectId).map(Project.ID.init(trusted:))
            case .project(let id): id
            }
        self.init(
            seq: UInt64(seq), projectId: projectId, type: type, severity: severity,
            context: EventContext(
                cardId: text(.cardId).map(Card.ID.init(trusted:)), runId: text(.runId).map(Run.ID.init(trusted:)),
                processId: text(.processId).map(ChildProcess.ID.init(trusted:)),
                jobId: text(.jobId).map(Job.ID.init(trusted:)), userId: text(.userId).map(User.ID.init(trusted:)),
                organizationId: text(.organizationId).map(Organization.ID.init(trusted:))))
    }
}
