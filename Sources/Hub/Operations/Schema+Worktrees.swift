import Model
import Wire

// What is told of runs' worktrees. A test holds it against what the values encode to.

extension Schema {
    static let snapshot = named(
        "Snapshot",
        .object([
            .required("id", .anyText), .required("projectId", .id(Project.self)),
            .optional("runId", .id(Run.self), "Absent: of the project's own folder."),
            .required(
                "kind", .choice(["auto", "manual", "restore"]),
                "`auto`: made before a turn, or before what may destroy something; `restore`: what a restore replaced."
            ),
            .required("note", .anyText),
            .required("ref", .anyText, "Where plain git finds it: `git show <ref>:<path>`."),
            .required("commit", .anyText), .optional("head", .anyText, "What the branch was at."),
            .required("createdAt", .timestamp),
        ]))

    static let runCommit = named(
        "Commit",
        .object([
            .required("id", .anyText), .required("parents", .array(.anyText, max: nil)),
            .required("authorName", .anyText), .required("authorEmail", .anyText),
            .required("authoredAt", .timestamp), .required("committedAt", .timestamp),
            .required("subject", .anyText), .required("body", .anyText),
        ]))

    static let runBranch = named(
        "Branch",
        .object([
            .required("id", .anyText), .required("runId", .id(Run.self)),
            .optional("branch", .anyText, "Absent: HEAD is on no branch, as in the middle of a rebase."),
            .optional("head", .anyText), .required("targetBranch", .anyText),
            .optional("ahead", .count, "Commits that the target has not."),
            .optional("behind", .count, "Commits that only the target has."),
            .optional("upstream", .anyText), .optional("remoteAhead", .count), .optional("remoteBehind", .count),
            .required("changed", .count, "Files that are changed or staged."), .required("untracked", .count),
            .optional("operation", .choice(["merge", "rebase", "cherryPick", "revert"]), "What waits for its end."),
            .required(
                "conflictedFiles",
                .array(
                    .object([
                        .required("path", .anyText),
                        .required(
                            "kind",
                            .choice([
                                "bothModified", "bothAdded", "bothDeleted", "addedByUs", "addedByThem", "deletedByUs",
                                "deletedByThem",
                            ])),
                    ]), max: nil)),
        ]))

    static let diffUpdate = named(
        "DiffUpdate",
        .object([
            .required("id", .anyText), .required("runId", .id(Run.self)), .required("filesChanged", .count),
            .required("additions", .count), .required("deletions", .count),
        ]))

    static let changedFiles = named(
        "ChangedFiles",
        .object([
            .required("id", .anyText), .required("runId", .id(Run.self)),
            .required(
                "files",
                .array(
                    .object([
                        .required("path", .anyText),
                        .required(
                            "kind",
                            .choice([
                                "added", "modified", "deleted", "renamed", "copied", "typeChanged", "unchanged",
                            ]),
                            "Held against the run's base; `unchanged`: it is as it was there again."),
                    ]), max: nil), "The first by name."),
            .required("count", .count, "How many there are in all."),
        ]))

    static let runFile = named(
        "FileComparison",
        .object([
            .required("path", .anyText), .optional("old", .fileContent, "Absent: it is not there."),
            .optional("new", .fileContent, "Absent: it is not there."),
        ]))

    static let fileContent = named(
        "FileContent",
        .object([
            .required("kind", .choice(["file", "executable", "symlink", "submodule"])), .required("byteCount", .count),
            .optional("text", .anyText, "Absent for what is binary or has more than 1 MiB."),
            .required("binary", .boolean),
        ]))
}
