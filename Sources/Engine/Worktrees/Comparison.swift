/// Which states of a run's work are compared.
///
/// Each is `base` (what its branch began with), `head` (the newest commit of its branch), `worktree` (what is there now),
/// a snapshot's name, or a commit.
package struct Comparison: Codable, Sendable, Equatable {
    /// Absent: `base`.
    package var from: String?
    /// Absent: `worktree`, or `head` once there is none.
    package var to: String?
    /// Absent: true. Without them, the statistics and the list alone.
    package var patches: Bool?

    package init(from: String? = nil, to: String? = nil, patches: Bool? = nil) {
        self.from = from
        self.to = to
        self.patches = patches
    }
}
