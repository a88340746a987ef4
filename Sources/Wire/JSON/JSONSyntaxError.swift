import Model

/// Where a text stops being JSON, and why.
struct JSONSyntaxError: Error, Equatable {
    let offset: Int
    let reason: String

    /// Line and column count from 1, the column in Unicode scalars; the offset counts bytes from 0.
    func hubError(in bytes: [UInt8]) -> HubError {
        let before = bytes[..<min(offset, bytes.count)]
        let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let column = 1 + before[lineStart...].count { $0 & 0b1100_0000 != 0b1000_0000 }
        return HubError(
            .malformedJSON, "line \(line), column \(column) (byte \(offset)): \(reason)",
            members: [
                "line": .integer(Int64(line)), "column": .integer(Int64(column)), "offset": .integer(Int64(offset)),
            ])
    }
}
