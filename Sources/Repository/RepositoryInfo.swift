/// A repository as it is found.
package struct RepositoryInfo: Sendable, Equatable {
    /// Its top, without symlinks.
    package let path: String
    /// nil when HEAD is detached. The name is there before the first commit is.
    package let currentBranch: String?
    /// Where work should land unless told otherwise; nil when there is no branch at all.
    package let defaultBranch: String?
    package let hasCommit: Bool

    package init(path: String, currentBranch: String?, defaultBranch: String?, hasCommit: Bool) {
        self.path = path
        self.currentBranch = currentBranch
        self.defaultBranch = defaultBranch
        self.hasCommit = hasCommit
    }
}
