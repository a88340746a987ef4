import Model
import Repository

/// What a diff depends on.
struct DiffKey: Hashable, Sendable {
    let place: FilePlace
    /// Of the run or project. Whoever has been told of a change must not be given what was before it.
    let version: Int
    /// The same for what its folder's watch has told.
    let lookCount: Int
    /// Of what the kernel has noted there; nil where a change could go unnoticed, and what was made is good for those alone who asked
    /// while it was.
    let changeCount: Int?
    let from: ContentState
    let to: ContentState
    let patches: Bool

    /// Whether what was made for this key is what would be made for it at any time.
    var isLasting: Bool {
        (changeCount != nil || ![from, to].contains(.worktree)) && [from, to].allSatisfy(\.isFixed)
    }
}

extension ContentState {
    /// It names content, or is known by the count of changes; a branch goes on.
    fileprivate var isFixed: Bool {
        switch self {
        case .worktree: true
        case .commit(let name): [40, 64].contains(name.utf8.count) && name.utf8.allSatisfy(\.isHexDigit)
        }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }
}
