/// Folders of this machine, for choosing a repository.
package struct FolderListing: Codable, Sendable, Equatable {
    package struct Item: Codable, Sendable, Equatable {
        package let name: String
        package let path: String
        /// It is the top of a git repository.
        package let repository: Bool
    }

    /// Absolute, with symlinks resolved; empty above the roots.
    package let path: String
    /// nil at a root.
    package let parent: String?
    package let folders: [Item]
    /// There are more.
    package let truncated: Bool
}

package struct RepositoryListing: Codable, Sendable, Equatable {
    package let repositories: [String]
    /// The search ended early.
    package let truncated: Bool
}
