package import Model

/// A saved state of a worktree: a commit under `refs/roost/snapshots/<scope>/<name>`, on top of what HEAD was at. Where something
/// was staged that neither that nor the files have, a commit of it is the second parent.
package struct Snapshot: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Made by the hub before something that changes files.
        case auto
        case manual
        /// What a restore replaced.
        case restore
    }

    package let scope: String
    package let name: String
    package let commit: String
    /// What HEAD was at; nil before the first commit.
    package let head: String?
    package let kind: Kind
    package let note: String
    package let createdAt: Timestamp
    let tree: String

    package static let refPrefix = "refs/roost/snapshots/"

    package static func ref(scope: String, name: String) -> String { refPrefix + scope + "/" + name }

    static let kindTrailer = "Roost-Snapshot: "
    /// Each of these ends with a NUL, and each ref with a newline.
    static let format =
        "%(refname)%00%(objectname)%00%(parent)%00%(committerdate:unix)%00%(contents:subject)%00%(contents:body)%00%(tree)%00"
    private static let fieldCount = 7
    private static let unreadable = GitFailure(subcommand: "for-each-ref", reason: .unreadable, words: "")

    static func list(_ fields: [ArraySlice<UInt8>]) throws(GitFailure) -> [Snapshot] {
        guard fields.count.isMultiple(of: fieldCount) else { throw unreadable }
        var snapshots: [Snapshot] = []
        for start in stride(from: 0, to: fields.count, by: fieldCount) {
            // What plain git has put there, without a kind or no commit at all, is not ours.
            if let one = Snapshot(fields[start..<(start + fieldCount)].map { String(decoding: $0, as: UTF8.self) }) {
                snapshots.append(one)
            }
        }
        return snapshots
    }

    private init?(_ texts: [String]) {
        guard let seconds = Int64(texts[3]) else { return nil }
        let trailer = texts[5].split(separator: "\n").last { $0.hasPrefix(Self.kindTrailer) }
        guard let kind = trailer.flatMap({ Kind(rawValue: String($0.dropFirst(Self.kindTrailer.count))) }) else {
            return nil
        }
        // Nor is what has another kind of name.
        let path = texts[0].dropFirst(Self.refPrefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard texts[0].hasPrefix(Self.refPrefix), path.count == 2 else { return nil }
        (scope, name) = (String(path[0]), String(path[1]))
        commit = texts[1]
        head = texts[2].split(separator: " ").first.map(String.init)
        self.kind = kind
        note = texts[4]
        tree = texts[6]
        createdAt = Timestamp(secondsSince1970: seconds)
    }
}
