package import Model
import Repository

/// One line of a file and the commit that it is of, as the wire has it.
package struct RunBlameLine: Codable, Sendable, Equatable {
    package let line: Int
    /// Absent: it is not committed yet.
    package let commit: String?
    package let originalLine: Int
    package let authorName: String
    package let authorEmail: String
    package let authoredAt: Timestamp
    package let subject: String
    package let text: String

    init(_ line: BlameLine) {
        (self.line, commit, originalLine) = (line.line, line.commit, line.originalLine)
        (authorName, authorEmail, authoredAt) = (line.author.name, line.author.email, line.authoredAt)
        (subject, text) = (line.subject, line.text)
    }
}
