/// One file of one state of the content.
package struct FileContent: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case file, executable, symlink
        /// A commit of another repository.
        case submodule
    }

    package let kind: Kind
    /// Of a submodule, 0.
    package let byteCount: Int
    /// Of a symlink, where it points; of a submodule, the commit. nil for what is binary or too large to be shown.
    package let text: String?
    package let isBinary: Bool

    /// 1 MiB: 20,000 lines; an editor that shows both sides of more is of no use.
    package static let byteCountMax = 1 << 20
}
