/// What changed in one file.
package struct FileDiff: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case added, modified, deleted, renamed, copied, typeChanged
    }

    /// Relative to the top.
    package let path: String
    /// Where it was renamed or copied from.
    package let oldPath: String?
    /// A path has bytes that are not UTF-8, which stand replaced by U+FFFD: it cannot be opened by that name.
    package let pathIsLossy: Bool
    package let kind: Kind
    /// Lines; 0 for binary content.
    package let additions: Int
    package let deletions: Int
    package let isBinary: Bool
    /// As `git diff` prints it; nil when it was not asked for or did not fit.
    package internal(set) var patch: String?
    /// The patch is missing or ends early, at the end of a line where there is one.
    package internal(set) var isTruncated: Bool

    package init(
        path: String, oldPath: String? = nil, pathIsLossy: Bool = false, kind: Kind, additions: Int, deletions: Int,
        isBinary: Bool = false, patch: String? = nil, isTruncated: Bool = false
    ) {
        self.path = path
        self.oldPath = oldPath
        self.pathIsLossy = pathIsLossy
        self.kind = kind
        self.additions = additions
        self.deletions = deletions
        self.isBinary = isBinary
        self.patch = patch
        self.isTruncated = isTruncated
    }
}
