package import Model
internal import GRDB

// What the engine keeps about a process that runs: how far it has read, and what it has been told. No events.
extension Reader {
    package func progress(of process: ChildProcess.ID) throws -> ProcessProgress? {
        let statement = try db.cachedStatement(
            sql: "SELECT stdoutOffset, stderrOffset, dialogue, heardAt FROM processProgress WHERE processId = ?")
        let rows = try Row.fetchCursor(statement, arguments: [process.rawValue])
        return try rows.next().map { row in
            let heardAt: Int64? = row[3]
            return ProcessProgress(
                stdoutOffset: row[0], stderrOffset: row[1], dialogue: try row.bytes(at: 2),
                heardAt: heardAt.map(Timestamp.init(millisecondsSince1970:)))
        }
    }

    /// What the process has been sent from byte `offset` on.
    package func input(of process: ChildProcess.ID, from offset: Int = 0) throws -> [UInt8] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT bytes, offset FROM processInput
                WHERE processId = ? AND offset + length(bytes) > ? ORDER BY offset
                """)
        let rows = try Row.fetchCursor(statement, arguments: [process.rawValue, offset])
        var input: [UInt8] = []
        while let row = try rows.next() {
            input += try row.bytes(at: 0).dropFirst(max(0, offset - row[1]))
        }
        return input
    }

    package func inputLength(of process: ChildProcess.ID) throws -> Int {
        try integer(
            """
            SELECT offset + ifnull(length(bytes), 0) FROM processInput
            WHERE processId = ? ORDER BY offset DESC LIMIT 1
            """, [process.rawValue]) ?? 0
    }

    /// Whether nothing more will be sent.
    package func inputClosed(of process: ChildProcess.ID) throws -> Bool {
        try integer("SELECT 1 FROM processInput WHERE processId = ? AND bytes IS NULL", [process.rawValue]) != nil
    }
}
