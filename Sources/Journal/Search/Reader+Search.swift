package import Model
internal import GRDB

extension Reader {
    /// 10,000: of more matches the newest are ranked, so that a search for `the` costs some tenths of a second, not a minute.
    package static let rankedMatchesMax = 10_000
    /// 24 words: two or three lines on a screen.
    private static let snippetWordsMax = 24
    /// A match in the title says more than one in a long text: 4 times as much, a choice. `scope` only narrows.
    private static let weights = "0.0, 4.0, 1.0"

    /// Cards and entries, the best first.
    ///
    /// - Parameter kinds: any of these; an empty set means any.
    /// - Parameter projects: of any of these; nil: of all.
    package func search(
        _ query: SearchQuery, kinds: Set<SearchQuery.Kind> = [], in projects: Set<Project.ID>? = nil,
        from cursor: SearchCursor? = nil, limit: Int
    ) throws -> SearchPage {
        guard projects?.isEmpty != true else { return SearchPage(hits: [], next: nil, isIndexing: try isIndexing()) }
        let expression = query.expression(kinds, in: projects)
        let newest = try cursor?.newest ?? Int64.fetchOne(db, sql: "SELECT max(id) FROM searchDocuments") ?? 0
        let offset = cursor?.offset ?? 0
        // The inner query comes newest first by the index's own order, and stops; only what it gives is ranked.
        let statement = try db.cachedStatement(
            sql: """
                SELECT found.id, found.score, d.subject FROM (
                    SELECT rowid AS id, bm25(searchIndex, \(Self.weights)) AS score FROM searchIndex
                    WHERE searchIndex MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT \(Self.rankedMatchesMax)
                ) AS found JOIN searchDocuments d ON d.id = found.id
                ORDER BY found.score, found.id DESC LIMIT ? OFFSET ?
                """)
        let rows = try Row.fetchAll(statement, arguments: [expression, newest, limit + 1, offset])
        return SearchPage(
            hits: try rows.prefix(limit).compactMap { try hit(row: $0, expression) },
            next: rows.count > limit ? SearchCursor(newest: newest, offset: offset + limit) : nil,
            isIndexing: try isIndexing())
    }

    private func hit(row: Row, _ expression: String) throws -> SearchHit? {
        let (id, score, text): (Int64, Double, String) = (row[0], row[1], row[2])
        guard let subject = try subject(text) else { return nil }
        let marks = [String(SearchParts.begin), String(SearchParts.end)]
        let statement = try db.cachedStatement(
            sql: """
                SELECT highlight(searchIndex, 1, ?, ?),
                    snippet(searchIndex, 2, ?, ?, '\(SearchParts.ellipsis)', \(Self.snippetWordsMax))
                FROM searchIndex WHERE searchIndex MATCH ? AND rowid = ?
                """)
        let arguments = StatementArguments(marks + marks) + [expression, id]
        guard let shown = try Row.fetchOne(statement, arguments: arguments) else { return nil }
        return SearchHit(
            subject: subject, title: SearchParts(marked: shown[0]), snippet: SearchParts(marked: shown[1]),
            rank: -score)
    }

    private func subject(_ text: String) throws -> SearchHit.Subject? {
        if let id = Card.ID(text) { return try get(id).map { .card($0) } }
        if let id = Entry.ID(text) { return try get(id).map { .entry($0) } }
        throw JournalError.damaged("the search index knows \(text), which is neither a card nor an entry")
    }
}
