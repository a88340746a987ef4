/// What `git merge-tree --write-tree -z --no-messages` says: the tree, and a field for each stage of each file that
/// conflicts: `100644 <id> 2 <tab> path`.
struct ConflictList {
    private static let unreadable = GitFailure(subcommand: "merge-tree", reason: .unreadable, words: "")

    let tree: String
    let files: [ConflictedFile]

    init(_ fields: [ArraySlice<UInt8>]) throws(GitFailure) {
        guard let first = fields.first else { throw Self.unreadable }
        tree = String(decoding: first, as: UTF8.self)
        var paths: [String] = []
        var stages: [String: Set<UInt8>] = [:]
        for field in fields.dropFirst().prefix(while: { !$0.isEmpty }) {
            guard let tab = field.firstIndex(of: UInt8(ascii: "\t")), let stage = field[..<tab].last else {
                throw Self.unreadable
            }
            let path = String(decoding: field[field.index(after: tab)...], as: UTF8.self)
            if stages[path] == nil { paths.append(path) }
            stages[path, default: []].insert(stage - UInt8(ascii: "0"))
        }
        files = paths.map { ConflictedFile(path: $0, kind: Self.kind(stages[$0, default: []])) }
    }

    /// Stage 1 is the common ancestor, 2 the target, 3 the branch.
    private static func kind(_ stages: Set<UInt8>) -> ConflictedFile.Kind {
        switch (stages.contains(1), stages.contains(2), stages.contains(3)) {
        case (true, true, false): .deletedByBranch
        case (true, false, true): .deletedByTarget
        case (false, true, true): .bothAdded
        case (false, true, false): .addedByTarget
        case (false, false, true): .addedByBranch
        case (_, false, false): .bothDeleted
        case (true, true, true): .bothModified
        }
    }
}
