/// The last that a program printed for people: what explains its end when it explains nothing itself.
struct LastLines: Codable, Sendable {
    /// 10 lines of 400 bytes: a stack's top or a usage message; it becomes part of a failure's text.
    static let linesMax = 10
    static let lineBytesMax = 400

    private(set) var lines: [String] = []

    mutating func append(_ line: [UInt8]) {
        guard !line.isEmpty else { return }
        if lines.count == Self.linesMax { lines.removeFirst() }
        lines.append(String(decoding: line.prefix(Self.lineBytesMax), as: UTF8.self))
    }

    var text: String { lines.joined(separator: "\n") }

    /// `message`, and what was printed where something was.
    func explaining(_ message: String) -> String { lines.isEmpty ? message : message + ": " + text }
}
