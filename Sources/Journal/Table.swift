internal import GRDB
internal import Model

/// Where a kind of entity is kept: its identifier, its JSON text (`body`), and a copy of those properties that queries
/// look at. A column has its property's name.
struct Table: Sendable {
    let name: String
    let insertSQL: String
    let upsertSQL: String
    let deleteSQL: String

    init(_ name: String, columns: [String]) {
        let columns = columns.map { "\"\($0)\"" } + ["body"]
        let marks = Array(repeating: "?", count: columns.count + 1).joined(separator: ", ")
        let updates = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        self.name = name
        insertSQL = "INSERT INTO \(name) (id, \(columns.joined(separator: ", "))) VALUES (\(marks))"
        upsertSQL = """
            \(insertSQL)
            ON CONFLICT (id) DO UPDATE SET \(updates)
            """
        deleteSQL = "DELETE FROM \(name) WHERE id = ?"
    }
}

/// An entity that has a table.
protocol Record: Entity {
    static var table: Table { get }
    /// In the order of the table's columns.
    var columnValues: [(any DatabaseValueConvertible)?] { get }
    /// Whether a change of it is one for the search index.
    var isSearchable: Bool { get }
    /// What it is found by; nil when it is not to be found.
    var searchDocument: SearchDocument? { get }
}

extension Record {
    var isSearchable: Bool { false }
    var searchDocument: SearchDocument? { nil }
}
