import Model
import Repository

/// What the diff of a run depends on.
struct DiffKey: Hashable, Sendable {
    let run: Run.ID
    /// Whoever has been told of a change must not be given what was before it.
    let version: Int
    /// The same for what its worktree's watch has told.
    let lookCount: Int
    let from: ContentState
    let to: ContentState
    let patches: Bool
}
