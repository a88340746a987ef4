import Model

/// What `git diff-tree -r -z --raw --numstat` says: all changes first, then all counts in the same order.
struct ChangeList {
    private(set) var files: [FileDiff] = []
    /// Of each file, what it holds now: mode and object.
    private(set) var contents: [String] = []
    private(set) var stats = DiffStats(filesChanged: 0, additions: 0, deletions: 0)

    private static let unreadable = GitFailure(subcommand: "diff-tree", reason: .unreadable, words: "")

    private struct Change {
        let kind: FileDiff.Kind
        let paths: [ArraySlice<UInt8>]
        let content: String
    }

    init(_ fields: [ArraySlice<UInt8>]) throws(GitFailure) {
        var rest = fields[...]
        var changes: [Change] = []
        while rest.first?.first == UInt8(ascii: ":") { changes.append(try Self.change(&rest)) }
        for change in changes {
            files.append(try Self.file(change, &rest))
            contents.append(change.content)
        }
        guard rest.isEmpty else { throw Self.unreadable }
        stats = DiffStats(
            filesChanged: files.count, additions: files.reduce(0) { $0 + $1.additions },
            deletions: files.reduce(0) { $0 + $1.deletions })
    }

    /// `:100644 100644 <id> <id> R086`, and the paths as fields of their own.
    private static func change(_ rest: inout ArraySlice<ArraySlice<UInt8>>) throws(GitFailure) -> Change {
        let header = try take(&rest)
        let kind: FileDiff.Kind
        let words = header.split(separator: UInt8(ascii: " "))
        guard words.count == 5 else { throw Self.unreadable }
        let content = String(decoding: words[1] + words[3], as: UTF8.self)
        switch words[4].first.map(UnicodeScalar.init) {
        case "A": kind = .added
        case "M": kind = .modified
        case "D": kind = .deleted
        case "T": kind = .typeChanged
        case "R": kind = .renamed
        case "C": kind = .copied
        default: throw Self.unreadable
        }
        let first = try take(&rest)
        guard kind == .renamed || kind == .copied else {
            return Change(kind: kind, paths: [first], content: content)
        }
        return Change(kind: kind, paths: [first, try take(&rest)], content: content)
    }

    /// `12 <tab> 3 <tab> path`, or with both paths as fields of their own; dashes for binary content.
    private static func file(
        _ change: Change, _ rest: inout ArraySlice<ArraySlice<UInt8>>
    ) throws(GitFailure) -> FileDiff {
        let counts = try take(&rest).split(
            separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
        guard counts.count == 3, let path = change.paths.last else { throw Self.unreadable }
        if change.paths.count == 2 { for _ in 0..<2 { _ = try take(&rest) } }
        let isBinary = counts[0].first == UInt8(ascii: "-")
        let lines = isBinary ? [0, 0] : counts.prefix(2).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard lines.count == 2 else { throw Self.unreadable }
        return FileDiff(
            path: String(decoding: path, as: UTF8.self),
            oldPath: change.paths.count == 2 ? String(decoding: change.paths[0], as: UTF8.self) : nil,
            pathIsLossy: change.paths.contains { String(validating: $0, as: UTF8.self) == nil },
            kind: change.kind, additions: lines[0], deletions: lines[1], isBinary: isBinary)
    }

    private static func take(_ rest: inout ArraySlice<ArraySlice<UInt8>>) throws(GitFailure) -> ArraySlice<UInt8> {
        guard let next = rest.popFirst() else { throw Self.unreadable }
        return next
    }
}
