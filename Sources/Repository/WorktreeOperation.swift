/// What git has begun in a worktree and waits there to have ended.
package enum WorktreeOperation: String, Sendable, CaseIterable {
    case merge, rebase, cherryPick, revert

    /// The files that git keeps of it.
    static let marks: [(name: String, operation: WorktreeOperation)] = [
        ("rebase-merge", .rebase), ("rebase-apply", .rebase), ("MERGE_HEAD", .merge),
        ("CHERRY_PICK_HEAD", .cherryPick), ("REVERT_HEAD", .revert),
    ]
}
