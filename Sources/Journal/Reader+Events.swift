package import Model
internal import GRDB

extension Reader {
    /// The events of `journal` after `seq`, oldest first.
    ///
    /// - Parameter severity: only events of exactly this one.
    /// - Parameter byteCountMax: payload bytes of the page; a single larger event is a page of its own.
    package func events(
        in journal: JournalKey, after seq: UInt64, filter: EventFilter = EventFilter(), severity: Severity? = nil,
        limit: Int, byteCountMax: Int
    ) throws -> EventPage {
        let head = try knownHead(of: journal)
        let oldest = try oldestSeq(of: head)
        guard seq <= head.seq, seq + 1 >= oldest else { return .gone(oldest: oldest) }

        var (events, scannedTo, byteCount): ([CommittedEvent], UInt64, Int) = ([], seq, 0)
        let rows = try eventRows(of: head, after: seq)
        while events.count < limit, let row = try rows.next() {
            let header = try EventHeader(row)
            if filter.admits(header), severity == nil || severity == header.severity {
                let payload = try row.bytes(at: EventColumn.payload.rawValue)
                byteCount += payload.count
                if byteCount > byteCountMax, !events.isEmpty { break }
                events.append(
                    CommittedEvent(journal: journal, epoch: head.epoch, header: header, payload: payload))
            }
            scannedTo = header.seq
        }
        return .page(events: events, scannedTo: scannedTo, more: scannedTo < head.seq)
    }

    private func oldestSeq(of head: JournalHead) throws -> UInt64 {
        let oldest = try integer("SELECT min(seq) FROM events WHERE journal = ?", [head.id])
        return oldest.map(UInt64.init) ?? head.seq + 1
    }

    private func eventRows(of head: JournalHead, after seq: UInt64) throws -> RowCursor {
        // `payload` is the last column: a row that the filter refuses costs no look at its overflow pages.
        let statement = try db.cachedStatement(
            sql: """
                SELECT seq, type, severity, cardId, runId, processId, payload FROM events
                WHERE journal = ? AND seq > ? ORDER BY seq LIMIT \(EventPage.scanCountMax)
                """)
        return try Row.fetchCursor(statement, arguments: [head.id, Int64(seq)])
    }
}

private enum EventColumn: Int {
    case seq, type, severity, cardId, runId, processId, payload
}

extension EventHeader {
    fileprivate init(_ row: Row) throws {
        func text(_ column: EventColumn) -> String? { row[column.rawValue] }
        let seq: Int64 = row[EventColumn.seq.rawValue]
        guard let type = text(.type).flatMap(EventType.init), let severity = text(.severity).flatMap(Severity.init)
        else { throw JournalError.damaged("event \(seq) is of an unknown type or severity") }
        self.init(
            seq: UInt64(seq), type: type, severity: severity,
            context: EventContext(
                cardId: text(.cardId).map(Card.ID.init(trusted:)), runId: text(.runId).map(Run.ID.init(trusted:)),
                processId: text(.processId).map(ChildProcess.ID.init(trusted:))))
    }
}
