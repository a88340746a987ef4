package import Model

/// What changed between two states of the content.
package struct Diff: Sendable, Equatable {
    package let stats: DiffStats
    /// By path, at most `DiffLimits.filesMax`.
    package let files: [FileDiff]
    /// Files are missing from the list, or patches from the files.
    package let isTruncated: Bool

    package init(stats: DiffStats, files: [FileDiff], isTruncated: Bool) {
        self.stats = stats
        self.files = files
        self.isTruncated = isTruncated
    }
}
