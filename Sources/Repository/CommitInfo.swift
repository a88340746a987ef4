package import Model

package struct CommitInfo: Sendable, Equatable {
    package let id: String
    package let parents: [String]
    package let author: Identity
    package let authoredAt: Timestamp
    package let committedAt: Timestamp
    package let subject: String
    /// The message below its subject.
    package let body: String

    /// Each of these is a field of its own; `list` reads them back.
    static let format = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00%b"
    private static let fieldCount = 8
    private static let unreadable = GitFailure(subcommand: "log", reason: .unreadable, words: "")

    static func list(_ fields: [ArraySlice<UInt8>]) throws(GitFailure) -> [CommitInfo] {
        guard fields.count.isMultiple(of: fieldCount) else { throw Self.unreadable }
        let texts = fields.map { String(decoding: $0, as: UTF8.self) }
        var commits: [CommitInfo] = []
        for start in stride(from: 0, to: texts.count, by: fieldCount) {
            commits.append(try CommitInfo(texts[start..<(start + fieldCount)]))
        }
        return commits
    }

    private init(_ texts: ArraySlice<String>) throws(GitFailure) {
        let texts = Array(texts)
        guard let authored = Int64(texts[4]), let committed = Int64(texts[5]) else { throw Self.unreadable }
        id = texts[0]
        parents = texts[1].split(separator: " ").map(String.init)
        author = Identity(name: texts[2], email: texts[3])
        authoredAt = Timestamp(secondsSince1970: authored)
        committedAt = Timestamp(secondsSince1970: committed)
        subject = texts[6]
        var body = texts[7][...]
        while body.last?.isNewline == true { body.removeLast() }
        self.body = String(body)
    }
}
