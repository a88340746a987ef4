package import Model
internal import GRDB

// Old events go, from the oldest on and without holes.
extension Transaction {
    /// Forgets the oldest events of a journal that are beyond what is kept, a few at a time.
    /// - Returns: how many; fewer than `countMax` when nothing is left to forget.
    package func forget(
        _ journal: JournalKey, beyond retention: Retention, countMax: Int = Retention.forgottenAtOnceMax
    ) throws -> Int {
        let tsMin = retention.ageSecondsMax.map { now.millisecondsSince1970 - Int64($0) * 1_000 } ?? .min
        return try forget(journal, countMax: countMax) { ts, bytes in
            ts < tsMin || bytes > retention.bytesMax ?? .max
        }
    }

    /// Forgets a journal's events up to and including `seq`.
    package func forget(_ journal: JournalKey, upTo seq: UInt64) throws {
        let head = try knownHead(of: journal)
        guard seq >= head.oldest else { return }
        let count = Int(min(seq, head.seq) + 1 - head.oldest)
        _ = try forget(journal, countMax: count) { _, _ in true }
    }

    /// - Parameter mayGo: whether an event of this time may go, while the journal takes so many bytes.
    private func forget(
        _ journal: JournalKey, countMax: Int, where mayGo: (_ ts: Int64, _ bytes: Int) -> Bool
    ) throws -> Int {
        var head = try knownHead(of: journal)
        let first = head.oldest
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT ts, length(payload) FROM events WHERE journal = ? AND seq >= ? ORDER BY seq LIMIT ?"),
            arguments: [head.id, Int64(first), countMax])
        while let row = try rows.next(), mayGo(row[0], head.bytes) {
            head.bytes -= (row[1] as Int) + JournalHead.eventOverheadBytes
            head.oldest += 1
        }
        guard head.oldest > first else { return 0 }
        try wholly {
            try keepPinned(of: head, from: first)
            try db.cachedStatement(sql: "DELETE FROM events WHERE journal = ? AND seq >= ? AND seq < ?")
                .execute(arguments: [head.id, Int64(first), Int64(head.oldest)])
            move(journal, to: head)
        }
        return Int(head.oldest - first)
    }

    /// The hub's own journal tells of no runs.
    private func keepPinned(of head: JournalHead, from first: UInt64) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO pinnedEvents (runId, seq, type, severity, cardId, processId, payload)
                SELECT runId, seq, type, severity, cardId, processId, payload FROM events
                WHERE journal = ? AND seq >= ? AND seq < ?
                    AND runId IN (SELECT id FROM runs WHERE pinnedFrom IS NOT NULL)
                """
        ).execute(arguments: [head.id, Int64(first), Int64(head.oldest)])
    }

    /// Forgets what was kept of runs that are pinned no more, a few at a time.
    /// - Returns: whether there is more.
    func forgetUnpinned() throws -> Bool {
        try wholly {
            try db.cachedStatement(
                sql: """
                    DELETE FROM pinnedEvents WHERE rowid IN (
                        SELECT rowid FROM pinnedEvents
                        WHERE runId NOT IN (SELECT id FROM runs WHERE pinnedFrom IS NOT NULL)
                        LIMIT \(Retention.forgottenAtOnceMax))
                    """
            ).execute()
        }
        return db.changesCount == Retention.forgottenAtOnceMax
    }

    /// Gives free pages back to the disk, a few at a time; a file from before this was possible keeps them for later.
    /// - Returns: whether there is more.
    func giveBack() throws -> Bool {
        guard try integer("PRAGMA auto_vacuum", []) == 2 else { return false }
        guard let free = try integer("PRAGMA freelist_count", []), free > Retention.pagesAtOnceMax else { return false }
        // Each row that it gives stands for a page.
        _ = try Row.fetchAll(db, sql: "PRAGMA incremental_vacuum(\(Retention.pagesAtOnceMax))")
        return true
    }
}

extension Reader {
    func journals() throws -> [JournalKey] {
        try String.fetchAll(db.cachedStatement(sql: "SELECT name FROM journals ORDER BY id")).compactMap(
            JournalKey.init)
    }

    /// The number from which on `journal` is complete.
    package func oldestSeq(of journal: JournalKey) throws -> UInt64 { try knownHead(of: journal).oldest }
}
