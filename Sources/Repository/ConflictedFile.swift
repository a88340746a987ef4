/// A file that two branches changed in ways that git cannot bring together.
package struct ConflictedFile: Sendable, Equatable {
    /// Seen from the target: `deletedByBranch` is one that the target changed.
    package enum Kind: String, Sendable, CaseIterable {
        case bothModified, bothAdded, deletedByTarget, deletedByBranch
        /// The rest comes of renames: each side has another name for it.
        case addedByTarget, addedByBranch, bothDeleted
    }

    package let path: String
    package let kind: Kind

    package init(path: String, kind: Kind) {
        self.path = path
        self.kind = kind
    }
}
