package import Model
internal import Foundation
internal import GRDB

/// The rows, all as of one moment. Good only inside the closure that it was given to.
///
/// Lists give values, or with `as: Stored<Card>.self` the stored JSON text of each.
package class Reader {
    let db: Database
    let coding: any JournalCoding

    init(_ db: Database, coding: any JournalCoding) {
        self.db = db
        self.coding = coding
    }

    package func get<E: Entity>(_ id: Identifier<E>) throws -> E? {
        try first(Decoded<E>.self, "WHERE id = ?", [id.rawValue])
    }

    /// - Throws: `HubError` of the kind's not-found code.
    package final func required<E: Entity>(_ id: Identifier<E>) throws -> E {
        guard let entity = try get(id) else { throw HubError.notFound(E.kind, id.rawValue) }
        return entity
    }

    package func stored<E: Entity>(_ id: Identifier<E>) throws -> Stored<E>? {
        try first(Stored<E>.self, "WHERE id = ?", [id.rawValue])
    }

    /// Where `journal` stands.
    ///
    /// - Throws: `JournalError.unknownJournal` when nothing has been told in it.
    package final func position(of journal: JournalKey) throws -> JournalPosition {
        let head = try knownHead(of: journal)
        return JournalPosition(epoch: head.epoch, seq: head.seq)
    }

    /// Where `journal` ends, as far as this reader can see; nil when there is none.
    func head(of journal: JournalKey) throws -> JournalHead? { try JournalHead.fetch(journal, from: db) }

    final func knownHead(of journal: JournalKey) throws -> JournalHead {
        guard let head = try head(of: journal) else { throw JournalError.unknownJournal(journal) }
        return head
    }
}

// What the lists are made of.
extension Reader {
    func first<Form: RowForm>(_ form: Form.Type, _ clauses: String, _ arguments: StatementArguments) throws
        -> Form.Output?
    {
        try rows(form, clauses + " LIMIT 1", arguments).first
    }

    func rows<Form: RowForm>(_ form: Form.Type, _ clauses: String, _ arguments: StatementArguments) throws
        -> [Form.Output]
    {
        let statement = try db.cachedStatement(sql: "SELECT body FROM \(Form.Subject.plural) \(clauses)")
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        var outputs: [Form.Output] = []
        while let row = try cursor.next() {
            outputs.append(try form.read(row.bytes(at: 0), with: coding))
        }
        return outputs
    }

    func rows<Form: RowForm>(_ form: Form.Type, _ selection: Selection) throws -> [Form.Output] {
        try rows(form, selection.clauses, selection.arguments)
    }

    func integer(_ sql: String, _ arguments: StatementArguments) throws -> Int? {
        try Int.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }
}

extension Row {
    /// The blob in a column; none when it is NULL or empty.
    func bytes(at index: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: index) { $0.map { [UInt8]($0) } ?? [] }
    }
}
