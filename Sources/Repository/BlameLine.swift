package import Model

/// One line of a file, and the commit that it is of.
package struct BlameLine: Sendable, Equatable {
    /// nil: it is not committed yet.
    package let commit: String?
    /// Counted from 1.
    package let line: Int
    /// Its number in that commit.
    package let originalLine: Int
    package let author: Identity
    package let authoredAt: Timestamp
    package let subject: String
    package let text: String

    private static let unreadable = GitFailure(subcommand: "blame", reason: .unreadable, words: "")

    /// - Parameter output: what `git blame --line-porcelain` says: a header, lines `key value`, and the text behind a tab.
    static func list(_ output: [UInt8]) throws(GitFailure) -> [BlameLine] {
        var lines: [BlameLine] = []
        var members: [Substring: Substring] = [:]
        var header: [Substring] = []
        for bytes in output.split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: bytes, as: UTF8.self)[...]
            if line.hasPrefix("\t") {
                lines.append(try BlameLine(header, members, text: line.dropFirst()))
                (header, members) = ([], [:])
            } else if header.isEmpty {
                header = line.split(separator: " ")
            } else {
                let space = line.firstIndex(of: " ") ?? line.endIndex
                members[line[..<space]] = line[space...].dropFirst()
            }
        }
        return lines
    }

    private init(_ header: [Substring], _ members: [Substring: Substring], text: Substring) throws(GitFailure) {
        guard header.count >= 3, let original = Int(header[1]), let line = Int(header[2]),
            let seconds = members["author-time"].flatMap({ Int64($0) })
        else { throw Self.unreadable }
        commit = header[0].allSatisfy { $0 == "0" } ? nil : String(header[0])
        (self.line, originalLine) = (line, original)
        let mail = members["author-mail"] ?? ""
        author = Identity(
            name: String(members["author"] ?? ""),
            email: String(mail.hasPrefix("<") ? mail.dropFirst().dropLast() : mail))
        authoredAt = Timestamp(secondsSince1970: seconds)
        subject = String(members["summary"] ?? "")
        self.text = String(text)
    }
}
