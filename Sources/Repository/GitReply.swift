/// What git answered, with an exit code that its caller expected.
struct GitReply: Sendable {
    let code: Int32
    let output: [UInt8]
    /// The standard error, trimmed.
    let words: String

    /// The answer of a command that prints one line.
    var line: String { lines.first ?? "" }

    var lines: [String] { output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) } }

    /// The answer of a command that was given `-z`: each field ends with a NUL.
    var fields: [ArraySlice<UInt8>] {
        output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    }
}
