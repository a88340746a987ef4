import Engine
import Model
import Wire

// What is told of hosts and of worktrees that come and go. A test holds it against what the values encode to.

extension Schema {
    static let repositoryAddress = string(.nonEmptyText, max: .bytes(Limits.pathBytesMax, "pathBytesMax"))

    static let pullRequest = named(
        "PullRequest",
        .object([
            .required("number", .count), .required("url", .anyText), .required("title", .anyText),
            .required("state", .choice(of: PullRequest.State.self)), .required("isDraft", .boolean),
            .required("baseBranch", .anyText), .optional("mergeCommit", .anyText, "What it became at the host."),
        ]))

    static let projectWorktree = named(
        "Worktree",
        .object([
            .required("path", .anyText),
            .required(
                "owner", .choice(of: ProjectWorktree.Owner.self),
                "`project`: its own folder; `other`: the hub has not made it, and leaves it alone."),
            .optional("runId", .id(Run.self)), .optional("runStatus", .choice(of: Run.Status.self)),
            .optional("branch", .anyText, "Absent: HEAD is on no branch."), .optional("head", .anyText),
            .required("state", .choice(of: ProjectWorktree.State.self)),
            .required("changed", .count, "Files that are changed, staged or untracked."),
            .required(
                "ignored", .array(.anyText, max: nil),
                "The first of those that git ignores, of which no commit has anything. Whole folders end with `/`."),
            .required("ignoredCount", .count),
            .optional("kept", .anyText, "Why a clean-up leaves it; absent: it would take it."),
        ]))

    static let removedWorktree = named(
        "RemovedWorktree",
        .object([
            .required("id", .anyText), .required("runId", .anyText), .required("path", .anyText),
            .optional("branch", .anyText), .required("head", .anyText),
            .required("commit", .anyText, "Has its files, on top of `head`."), .required("removedAt", .timestamp),
            .required("until", .timestamp, "Until then it can be had back."),
        ]))

    static let worktreeCleaning = named(
        "WorktreeCleaning",
        .object([
            .required("preview", .boolean), .required("removed", .array(.projectWorktree, max: nil)),
            .required("kept", .array(.projectWorktree, max: nil)),
        ]))
}
