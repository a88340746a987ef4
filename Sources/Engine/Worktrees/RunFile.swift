import Repository

/// One file of a run in two states, as the wire has it.
package struct RunFile: Codable, Sendable, Equatable {
    package struct Content: Codable, Sendable, Equatable {
        /// `file executable symlink submodule`
        package let kind: String
        package let byteCount: Int
        /// Absent for what is binary, or too large to be shown.
        package let text: String?
        package let binary: Bool

        init(_ content: FileContent) {
            (kind, byteCount) = (content.kind.rawValue, content.byteCount)
            (text, binary) = (content.text, content.isBinary)
        }
    }

    package let path: String
    package let old: Content?
    package let new: Content?

    init(path: String, _ comparison: FileComparison) {
        self.path = path
        old = comparison.old.map(Content.init)
        new = comparison.new.map(Content.init)
    }
}
