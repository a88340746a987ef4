import Foundation
package import Model

/// A worktree that was removed: a commit under `refs/roost/removed/<scope>/<name>` that holds its files, on top of what its
/// HEAD was at.
package struct RemovedWorktree: Sendable, Equatable {
    package let scope: String
    package let name: String
    package let commit: String
    package let head: String
    package let path: String
    /// nil when HEAD was detached.
    package let branch: String?
    package let removedAt: Timestamp

    package static let refPrefix = "refs/roost/removed/"
    package static func ref(scope: String, name: String) -> String { refPrefix + scope + "/" + name }

    private static let pathTrailer = "Roost-Worktree: "
    private static let branchTrailer = "Roost-Branch: "

    static func message(path: String, branch: String?) -> String {
        // A path may hold anything but NUL; the message is lines.
        let path = Data(path.utf8).base64EncodedString()
        return "A worktree that was removed\n\n\(pathTrailer)\(path)\n"
            + (branch.map { branchTrailer + $0 + "\n" } ?? "")
    }

    static let format = "%(refname)%00%(objectname)%00%(parent)%00%(committerdate:unix)%00%(contents:body)%00"
    private static let fieldCount = 5

    /// What plain git has put there, without our lines, is not ours.
    static func list(_ fields: [String]) -> [RemovedWorktree] {
        stride(from: 0, to: fields.count - fieldCount + 1, by: fieldCount).compactMap {
            RemovedWorktree(Array(fields[$0..<($0 + fieldCount)]))
        }
    }

    private init?(_ texts: [String]) {
        let names = texts[0].dropFirst(Self.refPrefix.count).split(separator: "/").map(String.init)
        let lines = texts[4].split(separator: "\n")
        func value(_ trailer: String) -> String? {
            lines.last { $0.hasPrefix(trailer) }.map { String($0.dropFirst(trailer.count)) }
        }
        guard names.count == 2, let head = texts[2].split(separator: " ").first, let seconds = Int64(texts[3]),
            let path = value(Self.pathTrailer).flatMap({ Data(base64Encoded: $0) })
        else { return nil }
        (scope, name, commit) = (names[0], names[1], texts[1])
        self.head = String(head)
        self.path = String(decoding: path, as: UTF8.self)
        branch = value(Self.branchTrailer)
        removedAt = Timestamp(secondsSince1970: seconds)
    }
}
