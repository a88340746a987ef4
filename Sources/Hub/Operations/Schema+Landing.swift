import Model
import Wire

// What is told of how work lands, and what its inputs are made of. A test holds it against what the values encode to.

extension Schema {
    static let filePath = string(.nonEmptyText, max: .bytes(Limits.pathBytesMax, "pathBytesMax"))
    static let filePaths = array(filePath, max: .items(Limits.filesPerCommandMax, "filesPerCommandMax"))
    /// 4 MiB: as much as a diff shows of all files.
    static let patch = string(.nonEmptyText, max: .bytes(Limits.patchBytesMax, "patchBytesMax"))
    static let lineNumber = integer(1...Int64(Int32.max))

    static let reviewComment = object([
        .required("path", filePath),
        .optional("side", .choice(of: Review.Comment.Side.self), "Which side of the diff. Absent: `new`."),
        .optional("line", lineNumber, "1 is the first. Absent: the file as a whole."),
        .optional("endLine", lineNumber, "Of a remark on several lines."),
        .required("text", .message),
    ])

    static let review = named(
        "Review",
        .object([
            .required("id", .id(Review.self)), .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)), .required("runId", .id(Run.self)),
            .required("verdict", .choice(of: Review.Verdict.self)), .optional("notes", .anyText),
            .required("comments", .array(reviewComment, max: nil)),
            .optional("headCommit", .anyText, "The newest commit of the run's branch at that time."),
            .required("isTold", .boolean, "Whether the agent was told."),
            .required("by", .actor), .required("createdAt", .timestamp),
        ]))

    static let commitComparison = named(
        "CommitComparison",
        .object([
            .required("head", .anyText), .required("commit", .anyText),
            .required("ahead", .count, "Commits of the branch that the commit has not."), .required("behind", .count),
            .required("isLinear", .boolean, "The commit is in the branch's history."),
        ]))

    static let blameLine = named(
        "BlameLine",
        .object([
            .required("line", .count), .optional("commit", .anyText, "Absent: it is not committed yet."),
            .required("originalLine", .count), .required("authorName", .anyText), .required("authorEmail", .anyText),
            .required("authoredAt", .timestamp), .required("subject", .anyText), .required("text", .anyText),
        ]))

    static let fetched = object([
        .required("remote", .anyText),
        .required("branches", .array(.anyText, max: nil), "Those that are new, have moved or are gone."),
    ])
}
