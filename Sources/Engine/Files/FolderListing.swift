package import Model

/// Folders of this machine, for choosing a repository.
package struct FolderListing: Codable, Sendable, Equatable {
    package struct Item: Codable, Sendable, Equatable {
        package let name: String
        package let path: String
        /// It is the top of a git repository.
        package let repository: Bool
        /// When its content was changed last; of a folder, which names are in it.
        package let modifiedAt: Timestamp?
    }

    package struct File: Codable, Sendable, Equatable {
        package let name: String
        package let path: String
        package let byteCount: Int
        package let modifiedAt: Timestamp
    }

    /// Absolute, with symlinks resolved; empty above the roots.
    package let path: String
    /// nil at a root.
    package let parent: String?
    package let folders: [Item]
    /// nil: nobody asked for them.
    package let files: [File]?
    /// There are more.
    package let truncated: Bool
}

package struct RepositoryListing: Codable, Sendable, Equatable {
    package let repositories: [String]
    /// The search ended early.
    package let truncated: Bool
}
