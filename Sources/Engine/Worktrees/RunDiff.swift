package import Model
import Repository

/// What a run has changed since its base, as the wire has it.
package struct RunDiff: Codable, Sendable, Equatable {
    package struct File: Codable, Sendable, Equatable {
        package let path: String
        package let oldPath: String?
        /// `added modified deleted renamed copied typeChanged`
        package let kind: String
        package let additions: Int
        package let deletions: Int
        package let binary: Bool
        /// As `git diff` prints it; absent for binary files and where it did not fit.
        package let patch: String?
        /// The patch is missing or ends early.
        package let truncated: Bool
    }

    package let stats: DiffStats
    package let files: [File]
    /// Files are missing from the list, or patches from files.
    package let truncated: Bool

    init(_ diff: Diff) {
        stats = diff.stats
        truncated = diff.isTruncated
        files = diff.files.map { file in
            File(
                path: file.path, oldPath: file.oldPath, kind: file.kind.rawValue, additions: file.additions,
                deletions: file.deletions, binary: file.isBinary, patch: file.patch, truncated: file.isTruncated)
        }
    }
}
