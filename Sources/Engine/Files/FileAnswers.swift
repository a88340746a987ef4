package import Model

// What is told of files, as the wire has it.

package struct FileListing: Codable, Sendable, Equatable {
    package struct Item: Codable, Sendable, Equatable {
        /// Relative to the top.
        package let path: String
        /// `file folder symlink other`
        package let kind: String
        /// Of a file that was looked at.
        package let byteCount: Int?
    }

    package let files: [Item]
    /// There are more.
    package let truncated: Bool
}

package struct FileText: Codable, Sendable, Equatable {
    package let path: String
    package let byteCount: Int
    /// Where what follows begins, in bytes.
    package let offset: Int
    /// Absent for what is binary.
    package let text: String?
    /// Of what is binary.
    package let base64: String?
    /// Another whenever the content is; what a write can be based on.
    package let tag: String
}

package struct FileMatch: Codable, Sendable, Equatable {
    package let path: String
    /// From 1 on.
    package let line: Int
    package let text: String
}

package struct FileMatches: Codable, Sendable, Equatable {
    package let matches: [FileMatch]
    /// There are more.
    package let truncated: Bool
}

/// A file that was written, copied, moved or removed.
package struct FileChange: Codable, Sendable, Equatable {
    package let path: String
    /// Absent of what is gone.
    package let tag: String?
    /// A snapshot that holds what is gone, for `files.restore`.
    package let undo: String?
}

/// Whose files.
package enum FilePlace: Hashable, Sendable {
    case project(Project.ID)
    case run(Run.ID)

    /// Of snapshots: one component of their refs' names.
    var scope: String {
        switch self {
        case .project(let id): id.rawValue
        case .run(let id): id.rawValue
        }
    }
}

package struct WriteFile: Codable, Sendable {
    package let path: String
    package let text: String?
    package let base64: String?
    /// The content that is to be replaced; absent: whatever is there. Empty: nothing may be there.
    package let tag: String?
}
