internal import GRDB
internal import Model

/// Writes the search index.
///
/// To index a message costs the writer some 60 µs, in a commit of its own some 250 µs: half of what publishing it costs.
/// So a change only notes that its entity is due, in the same transaction, and the words follow a moment later, for many
/// entities at once and for one that has changed ten times once (`Journal+SearchKeeping.swift`).
struct SearchIndex {
    /// SQLITE_CORRUPT_VTAB: what FTS5 says of an index in which it finds what it cannot have written.
    static let damagedCode = Int(ResultCode.SQLITE_CORRUPT_VTAB.rawValue)

    private let db: Database

    init(_ db: Database) { self.db = db }

    /// Without reading what is there (https://www.sqlite.org/fts5.html, section 6.3).
    func removeAll() throws {
        try execute("INSERT INTO searchIndex (searchIndex) VALUES ('delete-all')", [])
        try execute("DELETE FROM searchDocuments", [])
    }

    /// - Parameter document: nil for what is not to be found any more.
    func set(_ document: SearchDocument?, of subject: String) throws {
        guard let (id, known) = try stored(subject) else {
            if let document { try add(document, of: subject) }
            return
        }
        // Most changes leave the words as they were: a card that is moved.
        guard known != document else { return }
        try execute(
            "INSERT INTO searchIndex (searchIndex, rowid, scope, title, text) VALUES ('delete', ?, ?, ?, ?)",
            [id, known.scope, known.title, known.text])
        guard let document else { return try execute("DELETE FROM searchDocuments WHERE id = ?", [id]) }
        try execute(
            "UPDATE searchDocuments SET scope = ?, title = ?, text = ? WHERE id = ?",
            [document.scope, document.title, document.text, id])
        try index(document, as: id)
    }

    private func add(_ document: SearchDocument, of subject: String) throws {
        try execute(
            "INSERT INTO searchDocuments (subject, scope, title, text) VALUES (?, ?, ?, ?)",
            [subject, document.scope, document.title, document.text])
        try index(document, as: db.lastInsertedRowID)
    }

    private func index(_ document: SearchDocument, as id: Int64) throws {
        try execute(
            "INSERT INTO searchIndex (rowid, scope, title, text) VALUES (?, ?, ?, ?)",
            [id, document.scope, document.title, document.text])
    }

    private func stored(_ subject: String) throws -> (id: Int64, document: SearchDocument)? {
        let statement = try db.cachedStatement(
            sql: "SELECT id, scope, title, text FROM searchDocuments WHERE subject = ?")
        return try Row.fetchOne(statement, arguments: [subject]).map { row in
            (row[0], SearchDocument(storedScope: row[1], title: row[2], text: row[3]))
        }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
