internal import GRDB
internal import Logging
package import Model

// The index follows the rows. What is due is a row, so that a hub that dies goes on where it was; rows from before there
// was an index are looked at in the same pieces, so that a hub with millions of entries starts at once.
extension Journal {
    /// 100 rows in one unit of work: some 7 ms, between other people's changes.
    package static let searchRowsAtOnceMax = 100
    /// Between two pieces the writer is everybody else's: the index takes at most an eighth of it.
    private static let searchPause = Duration.milliseconds(50)
    /// Changes that come shortly after one another are indexed with one commit.
    private static let searchGathering = Duration.milliseconds(200)

    /// Indexes what is due, and what becomes so, until it is cancelled.
    package func keepSearch(clock: any TimeSource) async {
        var rings = searchBell.rings.makeAsyncIterator()
        repeat {
            do {
                while try await indexOnce() > 0 { try await clock.sleep(for: Self.searchPause) }
            } catch is CancellationError {
                return
            } catch JournalError.closed {
                return
            } catch {
                log.error("not indexed; to be tried with the next change", metadata: ["error": "\(error)"])
            }
            guard await rings.next() != nil else { return }
            do { try await clock.sleep(for: Self.searchGathering) } catch { return }
        } while true
    }

    /// - Returns: how many rows were looked at, or are to be looked at again; 0 when none is left.
    @discardableResult
    package func indexOnce() async throws -> Int {
        guard try await read({ try $0.isIndexing() }) else { return 0 }
        return try await renewingSearch(1) {
            try await change(.hub, by: .system) { try $0.indexSome() }.value
        }
    }

    /// What `body` reads of the index.
    ///
    /// First, whoever has just written something on a quiet hub finds it. A busy one is not made busier, and says that
    /// there may be more.
    package func searching<Value: Sendable>(_ body: @escaping @Sendable (Reader) throws -> Value) async throws -> Value
    {
        let due = try await read { try $0.searchDueCount(upTo: Self.searchRowsAtOnceMax) }
        if (1..<Self.searchRowsAtOnceMax).contains(due) { try await indexOnce() }
        if let value = try await renewingSearch(nil, { try await read(body) }) { return value }
        return try await read(body)
    }

    /// An index that is damaged holds nothing that the rows do not: it is emptied and made anew from them, piece by piece.
    ///
    /// - Returns: `renewed` when it was.
    private func renewingSearch<Value: Sendable>(_ renewed: Value, _ work: () async throws -> Value) async throws
        -> Value
    {
        do {
            return try await work()
        } catch JournalError.storage(SearchIndex.damagedCode, let message) {
            log.error("the search index is damaged; it is made anew from the rows", metadata: ["error": "\(message)"])
            try await change(.hub, by: .system) { try $0.renewSearch() }
            searchBell.ring()
            return renewed
        }
    }
}

extension Reader {
    /// Whether there are rows that the index does not know as they are.
    func isIndexing() throws -> Bool {
        try integer("SELECT EXISTS (SELECT 1 FROM searchDue) OR EXISTS (SELECT 1 FROM searchFilling)", []) == 1
    }

    fileprivate func searchDueCount(upTo countMax: Int) throws -> Int {
        try integer("SELECT count(*) FROM (SELECT 1 FROM searchDue LIMIT ?)", [countMax]) ?? 0
    }
}

extension Transaction {
    fileprivate func indexSome() throws -> Int {
        let due = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT id, subject FROM searchDue ORDER BY id LIMIT \(Journal.searchRowsAtOnceMax)"))
        for row in due { try index(row[1]) }
        if let last = due.last { try write("DELETE FROM searchDue WHERE id <= ?", [last[0] as Int64]) }
        return due.count < Journal.searchRowsAtOnceMax ? due.count + (try fillSome()) : due.count
    }

    fileprivate func renewSearch() throws {
        try wholly {
            try SearchIndex(db).removeAll()
            for kind in SearchQuery.Kind.allCases {
                try write("INSERT OR REPLACE INTO searchFilling (kind, after) VALUES (?, '')", [kind.rawValue])
            }
        }
    }

    private func index(_ subject: String) throws {
        if let id = Card.ID(subject) { return try set(get(id), id) }
        if let id = Entry.ID(subject) { return try set(get(id), id) }
        throw JournalError.damaged("the search index waits for \(subject), which is neither a card nor an entry")
    }

    private func set<Subject: Record>(_ record: Subject?, _ id: Identifier<Subject>) throws {
        try wholly { try SearchIndex(db).set(record?.searchDocument, of: id.rawValue) }
    }

    private func fillSome() throws -> Int {
        var total = 0
        while total < Journal.searchRowsAtOnceMax, let count = try fillNext() { total += count }
        return total
    }

    private func fillNext() throws -> Int? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT kind, after FROM searchFilling ORDER BY kind LIMIT 1"))
        guard let row else { return nil }
        let (kind, after): (String, String) = (row[0], row[1])
        let (last, count) =
            switch SearchQuery.Kind(rawValue: kind) {
            case .card: try fill(Card.self, after: after)
            case .entry: try fill(Entry.self, after: after)
            case nil: throw JournalError.damaged("the search index waits for rows of the kind \(kind)")
            }
        if count < Journal.searchRowsAtOnceMax {
            try write("DELETE FROM searchFilling WHERE kind = ?", [kind])
        } else {
            try write("UPDATE searchFilling SET after = ? WHERE kind = ?", [last, kind])
        }
        return count
    }

    private func fill<Subject: Record>(_: Subject.Type, after: String) throws -> (last: String?, count: Int) {
        let rows = try rows(
            Decoded<Subject>.self, "WHERE id > ? ORDER BY id LIMIT \(Journal.searchRowsAtOnceMax)", [after])
        for row in rows { try set(row, row.id) }
        return (rows.last?.id.rawValue, rows.count)
    }
}
