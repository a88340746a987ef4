package import Model
import Repository

/// A commit, as the wire has it.
package struct RunCommit: Codable, Sendable, Equatable {
    package let id: String
    package let parents: [String]
    package let authorName: String
    package let authorEmail: String
    package let authoredAt: Timestamp
    package let committedAt: Timestamp
    package let subject: String
    package let body: String

    init(_ commit: CommitInfo) {
        (id, parents, subject, body) = (commit.id, commit.parents, commit.subject, commit.body)
        (authorName, authorEmail) = (commit.author.name, commit.author.email)
        (authoredAt, committedAt) = (commit.authoredAt, commit.committedAt)
    }
}
