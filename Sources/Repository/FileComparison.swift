/// A file in two states of the content: nil where it is not there.
package struct FileComparison: Sendable, Equatable {
    package let old: FileContent?
    package let new: FileContent?
}
