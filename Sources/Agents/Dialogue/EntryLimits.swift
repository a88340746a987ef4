import Model

/// How much of what an agent prints goes into one entry. The raw output keeps the whole.
package enum EntryLimits {
    /// 64 KiB: some 800 lines of a log, more than a person reads in a conversation. Claude Code itself shows its model
    /// 30,000 characters of a command's output.
    package static let outputBytesMax = 64 << 10
    /// 4 KiB of how a turn went: it stands in the run's row, which is told whole with each of its changes.
    package static let summaryBytesMax = 4 << 10
}

extension String {
    /// As much of the beginning as fits into so many bytes, and a line that says how much is missing.
    func cut(toBytes bytesMax: Int = EntryLimits.outputBytesMax) -> String {
        let head = prefix(bytesMax: bytesMax)
        let missing = utf8.count - head.utf8.count
        return missing == 0 ? self : head + "\n… \(missing) bytes cut"
    }

    /// One line for a person.
    var title: String {
        let lines = split(whereSeparator: \.isNewline)
        let first = lines.first.map(String.init) ?? ""
        let text = lines.count > 1 ? first + " …" : first
        return text.count > Limits.titleCharactersMax ? text.prefix(Limits.titleCharactersMax - 1) + "…" : text
    }
}

extension JSONValue {
    /// The same value with every text in it cut to so many bytes.
    func cuttingText(toBytes bytesMax: Int = EntryLimits.outputBytesMax) -> JSONValue {
        switch self {
        case .null, .bool, .integer, .number: self
        case .string(let text): .string(text.cut(toBytes: bytesMax))
        case .array(let elements): .array(elements.map { $0.cuttingText(toBytes: bytesMax) })
        case .object(let members): .object(members.mapValues { $0.cuttingText(toBytes: bytesMax) })
        }
    }
}
