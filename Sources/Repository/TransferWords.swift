/// What git writes to its standard error with `--progress`, read piece by piece: lines, and numbers that overwrite one
/// another (`\r`) on one.
struct TransferWords {
    /// Longer than any line of git's; what a server says (`remote: …`) may be longer, and is cut.
    static let lineByteCountMax = 4 << 10

    private var line: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) -> [TransferStep] {
        var steps: [TransferStep] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                if let step = step(isLine: byte == UInt8(ascii: "\n")) { steps.append(step) }
                line.removeAll(keepingCapacity: true)
            default: if line.count < Self.lineByteCountMax { line.append(byte) }
            }
        }
        return steps
    }

    private func step(isLine: Bool) -> TransferStep? {
        let text = Self.readable(line)
        return text.isEmpty ? nil : TransferStep(text: text, progress: Self.progress(in: text), isLine: isLine)
    }

    /// Where each stage begins and ends in the whole, in hundredths, by what they take of a clone over a network.
    private static let stages: [(name: String, start: Double, length: Double)] = [
        ("Counting objects", 0, 2), ("Compressing objects", 2, 8), ("Receiving objects", 10, 70),
        ("Resolving deltas", 80, 10), ("Updating files", 90, 10),
    ]

    /// `remote: Counting objects:  45% (9/20)`
    private static func progress(in text: String) -> Double? {
        guard let match = text.firstMatch(of: #/([A-Z][a-z]+ [a-z]+): +([0-9]{1,3})%/#), let percent = Double(match.2),
            let stage = stages.first(where: { $0.name == match.1 })
        else { return nil }
        return (stage.start + stage.length * min(percent, 100) / 100) / 100
    }

    /// Without colours and the like, which a server may send.
    private static func readable(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self).replacing(#/\u{1B}\[[0-9;]*[A-Za-z]/#, with: "")
        let shown = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        return String(String.UnicodeScalarView(shown)).split(separator: " ", omittingEmptySubsequences: false)
            .joined(separator: " ").trimmingEnd
    }

    /// What is left of git's words when the numbers are gone: why it gave up.
    static func withoutNumbers(_ words: String) -> String {
        words.split(whereSeparator: \.isNewline).map(String.init).filter { progress(in: $0) == nil }
            .joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
