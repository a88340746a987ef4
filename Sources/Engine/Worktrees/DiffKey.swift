import Model
import Repository

/// What a diff depends on.
struct DiffKey: Hashable, Sendable {
    let place: FilePlace
    /// Of the run or project. Whoever has been told of a change must not be given what was before it.
    let version: Int
    /// The same for what its folder's watch has told.
    let lookCount: Int
    let from: ContentState
    let to: ContentState
    let patches: Bool
}
