/// How a worktree stands: to its target, to its remote, and to itself.
package struct BranchStatus: Sendable, Equatable {
    /// A file that an operation in progress could not bring together.
    package struct Conflict: Sendable, Equatable {
        /// In git's own words: `we` is what HEAD is at, in a rebase the new base.
        package enum Kind: String, Sendable, CaseIterable {
            case bothModified, bothAdded, bothDeleted, addedByUs, addedByThem, deletedByUs, deletedByThem

            init?(code: String) {
                switch code {
                case "UU": self = .bothModified
                case "AA": self = .bothAdded
                case "DD": self = .bothDeleted
                case "AU": self = .addedByUs
                case "UA": self = .addedByThem
                case "DU": self = .deletedByUs
                case "UD": self = .deletedByThem
                default: return nil
                }
            }
        }

        package let path: String
        package let kind: Kind
    }

    /// Commits that one has and the other has not.
    package struct Distance: Sendable, Equatable {
        package let ahead: Int
        package let behind: Int
    }

    /// nil when HEAD is detached.
    package internal(set) var branch: String?
    /// nil before the first commit.
    package internal(set) var head: String?
    /// nil when the target, or HEAD, has no commit.
    package internal(set) var target: Distance?
    /// `origin/main`: the branch of a remote that it follows.
    package internal(set) var upstream: String?
    /// nil without an upstream, or when that is gone.
    package internal(set) var remote: Distance?
    /// Files that are changed or staged.
    package internal(set) var changed = 0
    package internal(set) var untracked = 0
    package internal(set) var conflicts: [Conflict] = []
    package internal(set) var operation: WorktreeOperation?

    private static let unreadable = GitFailure(subcommand: "status", reason: .unreadable, words: "")

    /// - Parameter fields: what `git status --porcelain=v2 --branch -z --no-renames` says.
    init(_ fields: [ArraySlice<UInt8>]) throws(GitFailure) {
        for field in fields {
            if field.first == UInt8(ascii: "#") {
                take(header: String(decoding: field, as: UTF8.self))
                continue
            }
            guard let entry = StatusEntry(field) else { continue }
            switch entry.kind {
            case .changed: changed += 1
            case .untracked: untracked += 1
            case .unmerged:
                guard let kind = Conflict.Kind(code: entry.code) else { throw Self.unreadable }
                conflicts.append(Conflict(path: entry.path, kind: kind))
            }
        }
    }

    /// `# branch.ab +1 -2`
    private mutating func take(header: String) {
        let words = header.split(separator: " ", maxSplits: 2)
        guard words.count == 3 else { return }
        let value = String(words[2])
        switch words[1] {
        case "branch.oid": head = value == "(initial)" ? nil : value
        case "branch.head": branch = value == "(detached)" ? nil : value
        case "branch.upstream": upstream = value
        case "branch.ab":
            let counts = value.split(separator: " ").compactMap { Int($0.dropFirst()) }
            if counts.count == 2 { remote = Distance(ahead: counts[0], behind: counts[1]) }
        default: break
        }
    }
}
