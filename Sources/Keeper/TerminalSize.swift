/// How many characters a terminal shows.
package struct TerminalSize: Sendable, Equatable {
    package let columns: UInt16
    package let rows: UInt16

    package init(columns: UInt16, rows: UInt16) {
        self.columns = columns
        self.rows = rows
    }
}

extension TerminalSize {
    func write(to fields: inout FieldWriter) {
        fields.number(UInt64(columns))
        fields.number(UInt64(rows))
    }

    init(from fields: inout FieldReader) throws(MalformedRecord) {
        guard let columns = UInt16(exactly: try fields.number()), let rows = UInt16(exactly: try fields.number()) else {
            throw .badValue
        }
        self.init(columns: columns, rows: rows)
    }
}
