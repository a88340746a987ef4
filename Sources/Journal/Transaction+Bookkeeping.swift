package import Model
internal import Foundation
internal import GRDB

// Rows without events: the engine's own, gone when the process is settled.
extension Transaction {
    package func setProgress(_ progress: ProcessProgress, of process: ChildProcess.ID) throws {
        try write(
            """
            INSERT INTO processProgress (processId, stdoutOffset, stderrOffset, dialogue, heardAt)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (processId) DO UPDATE SET stdoutOffset = excluded.stdoutOffset,
                stderrOffset = excluded.stderrOffset, dialogue = excluded.dialogue, heardAt = excluded.heardAt
            """,
            [
                process.rawValue, progress.stdoutOffset, progress.stderrOffset, Data(progress.dialogue),
                progress.heardAt?.millisecondsSince1970,
            ])
    }

    /// - Returns: the offset of the first of `bytes` in all that the process has been sent.
    @discardableResult
    package func appendInput(_ bytes: [UInt8], of process: ChildProcess.ID) throws -> Int {
        let isClosed = try inputClosed(of: process)
        precondition(!isClosed, "the input of \(process) is closed")
        let offset = try inputLength(of: process)
        if !bytes.isEmpty { try fileInput(Data(bytes), at: offset, of: process) }
        return offset
    }

    package func closeInput(of process: ChildProcess.ID) throws {
        guard try !inputClosed(of: process) else { return }
        try fileInput(nil, at: inputLength(of: process), of: process)
    }

    /// The process is settled: nobody needs to know any more how far it had come.
    package func forget(_ process: ChildProcess.ID) throws {
        try write("DELETE FROM processProgress WHERE processId = ?", [process.rawValue])
        try write("DELETE FROM processInput WHERE processId = ?", [process.rawValue])
    }

    private func fileInput(_ bytes: Data?, at offset: Int, of process: ChildProcess.ID) throws {
        try write(
            "INSERT INTO processInput (processId, offset, bytes) VALUES (?, ?, ?)", [process.rawValue, offset, bytes])
    }

    func write(_ sql: String, _ arguments: StatementArguments) throws {
        try wholly { try db.cachedStatement(sql: sql).execute(arguments: arguments) }
    }
}
