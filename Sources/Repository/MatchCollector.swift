import Foundation

/// `path <NUL> line <NUL or :> text`, line by line, as `git grep --null` and `rg --null` say it.
struct MatchCollector: OutputSink {
    let countMax: Int
    /// Is taken off the beginning of each path.
    var prefix = ""
    private(set) var matches: [Git.Match] = []
    private var rest: [UInt8] = []

    /// 500 characters of a line: what is longer is generated, and no line that anybody reads.
    private static let lineCharactersMax = 500
    /// 1 MiB without an end of line is no text.
    private static let lineByteCountMax = 1 << 20

    init(countMax: Int, prefix: String = "") { (self.countMax, self.prefix) = (countMax, prefix) }

    mutating func take(_ bytes: [UInt8]) -> Bool {
        rest += bytes
        // A path may have ends of lines in it, a line has no NUL.
        while let nul = rest.firstIndex(of: 0), let end = rest[nul...].firstIndex(of: UInt8(ascii: "\n")) {
            if let match = match(rest[..<end]) { matches.append(match) }
            rest.removeSubrange(...end)
            if matches.count >= countMax { return false }
        }
        return rest.count <= Self.lineByteCountMax
    }

    private func match(_ line: ArraySlice<UInt8>) -> Git.Match? {
        guard let nul = line.firstIndex(of: 0) else { return nil }
        let after = line[line.index(after: nul)...]
        guard let end = after.firstIndex(where: { $0 == 0 || $0 == UInt8(ascii: ":") }),
            let number = Int(String(decoding: after[..<end], as: UTF8.self))
        else { return nil }
        var whole = String(decoding: line[..<nul], as: UTF8.self)
        // What ripgrep says of a binary file before it goes on to the next.
        while let remark = whole.range(of: ": binary file matches (found"),
            let end = whole[remark.upperBound...].firstIndex(of: "\n")
        { whole = String(whole[whole.index(after: end)...]) }
        let path = whole.hasPrefix(prefix) ? String(whole.dropFirst(prefix.count)) : whole
        let text = String(decoding: after[after.index(after: end)...], as: UTF8.self)
        return Git.Match(path: path, line: number, text: String(text.prefix(Self.lineCharactersMax)))
    }
}
