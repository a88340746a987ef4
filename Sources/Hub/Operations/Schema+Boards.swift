import Model
import Wire

// What is written beside cards: drafts, tags, templates, what users keep for themselves.
extension Schema {
    static let draft = named(
        "Draft",
        .object([
            .required("id", .id(Draft.self)), .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self)), .required("runId", .id(Run.self)),
            .required("type", .choice(of: Draft.Purpose.self)), .required("text", .anyText),
            .optional(
                "processId", .id(ChildProcess.self), "`retry`: what it takes the place of, with all that came after."),
            .optional("resetGit", .boolean, "`retry`: whether the worktree is set back as well."),
            .required("queued", .boolean, "It is sent by itself when the turn ends that is at work, or to come."),
            .optional("sentAt", .timestamp, "It was sent, and is there no more."),
            .required("by", .actor, "Who wrote to it last."),
            .required("version", .integer(1...Int64.max), "Above that of every draft that the run had before."),
            .required("createdAt", .timestamp), .required("updatedAt", .timestamp),
        ]))

    static let tag = named(
        "Tag",
        .object([
            .required("id", .id(Tag.self)),
            .optional("projectId", .id(Project.self), "Absent: it is the hub's, for all projects."),
            .required("type", .choice(of: Tag.Purpose.self), "`snippet` is meant by `@name`, `command` by `/name`."),
            .required("name", .anyText, "Unique among those of its type and owner."),
            .optional("description", .anyText), .required("content", .anyText),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp), .required("updatedAt", .timestamp),
        ]))

    static let tagName = string(
        TextFormat(
            pattern: "^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}$",
            explanation: "made of letters, digits, `_`, `.`, `:` and `-`, and begins with none of the last three",
            admits: { $0.wholeMatch(of: #/[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}/#) != nil }),
        max: .characters(Limits.tagNameCharactersMax, "tagNameCharactersMax"))

    static let expandedPrompt = named(
        "ExpandedPrompt",
        .object([
            .required("text", .anyText),
            .required("used", .array(.anyText, max: nil), "What was put in, as it was written: `/review`, `@style`."),
        ]))

    static let template = named(
        "Template",
        .object([
            .required("id", .id(Template.self)), .required("name", .anyText),
            .required("columns", .array(.object(ColumnFields.create), max: nil)),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp), .required("updatedAt", .timestamp),
        ]))

    static let preference = named(
        "Preference",
        .object([
            .required("id", .id(Preference.self)),
            .required("userId", .id(User.self), "On a hub without users, that of whoever uses it: all zeros."),
            .optional("projectId", .id(Project.self), "Absent: it is about the hub as a whole."),
            .required("key", .anyText), .required("value", .any),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp), .required("updatedAt", .timestamp),
        ]))

    static let preferenceKey = string(
        TextFormat(
            pattern: "^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$",
            explanation: "made of letters, digits, `_`, `.`, `:` and `-`, and begins with one of the first two",
            admits: { $0.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}/#) != nil }),
        max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    static let cardView = named(
        "CardView",
        .object([
            .required("id", .anyText, "`cvw_` and the rest of the card's or project's: the newest takes its place."),
            .required("projectId", .id(Project.self)),
            .optional("cardId", .id(Card.self), "Absent: all cards of the project."),
            .optional("version", .integer(1...Int64.max), "The card's, which was seen."),
            .required("viewedAt", .timestamp),
        ]))

    static let unreadCards = named(
        "UnreadCards",
        .object([
            .required("cards", .array(.id(Card.self), max: nil), "At most 1,000, the latest change first."),
            .required("hasMore", .boolean),
        ]))

    static let cardState = named(
        "CardState",
        .object([
            .required("id", .id(Card.self)), .required("title", .anyText),
            .required("status", .choice(of: Card.Status.self)), .required("boardId", .id(Board.self)),
            .required("columnId", .id(BoardColumn.self)), .required("columnName", .anyText),
            .required("position", .position), .required("version", .version),
            .required(
                "runs",
                .array(
                    .object([
                        .required("id", .id(Run.self)), .required("status", .choice(of: Run.Status.self)),
                        .required("provider", .choice(of: Provider.self)),
                        .required("merge", .choice(of: Run.Merge.self)),
                    ]), max: nil), "The newest first."),
            .required("hasActiveRun", .boolean, "One is queued, at work, waits or is paused."),
            .required("hasMergedRun", .boolean),
            .optional("lastRunFailed", .boolean, "Or was interrupted. Absent without a run."),
        ]))

    static let firstRun = object([
        .optional("provider", .providerName, "Absent: the profile's."), .optional("profile", .name),
        .optional("prompt", .prompt, "Absent: the column's prompt, the card's title and its prompt."),
        .optional("options", .runOptions), .optional("targetBranch", .branch), .optional("isolation", .isolation),
        .optional("priority", .priority), .optional("budget", .budget),
    ])

    static let pipelineStep = named(
        "PipelineStep",
        .object([
            .required("columnId", .id(BoardColumn.self)),
            .optional("prompt", .prompt, "Said there in the place of the column's."),
        ]))

    static let pipelinePlace = named(
        "PipelinePlace",
        .object([
            .required("columnId", .id(BoardColumn.self)), .required("columnName", .anyText),
            .optional("prompt", .anyText, "What is said there: the card's own, or the column's."),
        ]))
}
