import Model
import Wire

// What is told of files and folders. A test holds it against what the values encode to.

extension Schema {
    static let snapshotName = string(
        TextFormat(
            pattern: "^snp_[0-9A-HJKMNP-TV-Z]{26}$", explanation: "a snapshot's id", admits: { _ in true }),
        max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    static let fileListing = named(
        "FileListing",
        .object([
            .required(
                "files",
                .array(
                    .object([
                        .required("path", .anyText, "Relative to the top."),
                        .required("kind", .choice(["file", "folder", "symlink", "other"])),
                        .optional("byteCount", .count),
                    ]), max: nil)),
            .required("truncated", .boolean, "There are more than 10,000."),
        ]))

    static let fileText = named(
        "FileText",
        .object([
            .required("path", .anyText), .required("byteCount", .count, "Of the whole file."),
            .required("offset", .count), .optional("text", .anyText, "Absent for what is binary."),
            .optional("base64", .anyText, "Of what is binary."),
            .required("tag", .anyText, "Another whenever the content is; `files.write` can be based on it."),
        ]))

    static let fileMatches = named(
        "FileMatches",
        .object([
            .required(
                "matches",
                .array(
                    .object([
                        .required("path", .anyText), .required("line", .count, "From 1 on."),
                        .required("text", .anyText),
                    ]), max: nil)), .required("truncated", .boolean, "There are more."),
        ]))

    static let fileChange = named(
        "FileChange",
        .object([
            .required("path", .anyText), .optional("tag", .anyText, "Absent of what is gone."),
            .optional("undo", .anyText, "A snapshot that holds what is gone."),
        ]))

    static let folderListing = named(
        "FolderListing",
        .object([
            .required("path", .anyText, "Absolute, with symlinks resolved; empty above the roots."),
            .optional("parent", .anyText, "Absent at a root."),
            .required(
                "folders",
                .array(
                    .object([
                        .required("name", .anyText), .required("path", .anyText),
                        .required("repository", .boolean, "It is the top of a git repository."),
                        .optional("modifiedAt", .timestamp, "When a name in it was made or removed. Absent of roots."),
                    ]), max: nil)),
            .optional(
                "files",
                .array(
                    .object([
                        .required("name", .anyText), .required("path", .anyText), .required("byteCount", .count),
                        .required("modifiedAt", .timestamp),
                    ]), max: nil), "With `files`."), .required("truncated", .boolean, "There are more."),
        ]))

    static let repositoryListing = named(
        "RepositoryListing",
        .object([
            .required("repositories", .array(.anyText, max: nil), "Absolute paths."),
            .required("truncated", .boolean, "The search ended early: too deep, too many folders, or too long."),
        ]))
    static let projectBranch = named(
        "ProjectBranch",
        .object([
            .required("name", .anyText), .required("remote", .boolean),
            .required("current", .boolean, "The project's own folder has it checked out."),
            .required("commit", .anyText), .required("committedAt", .timestamp),
            .required("subject", .anyText, "The first line of its newest commit."),
        ]))

    static let foundPlace = named(
        "FoundPlace",
        .object([
            .required("projectId", .id(Project.self)),
            .optional("runId", .id(Run.self), "Absent: the project's own folder."),
            .required("top", .anyText), .required("path", .anyText, "Relative to `top`; empty for the top itself."),
        ]))

    static let editorAddress = named("EditorAddress", .object([.required("url", .anyText)]))
}
