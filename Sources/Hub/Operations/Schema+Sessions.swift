import Engine
import Model
import Wire

extension Schema {
    static let session = named(
        "Session",
        .object([
            .required("id", .id(Session.self)), .required("projectId", .id(Project.self)),
            .required("kind", .choice(of: Session.Kind.self)),
            .optional("cardId", .id(Card.self), "`plan` only."),
            .required("runId", .id(Run.self), "Its words are this run's entries."),
            .required("status", .choice(of: Session.Status.self)),
            .optional("proposal", .anyText, "The refined task, as the agent put it last."),
            .optional("cardVersion", .version, "That of the card when the conversation began."),
            .required("createdBy", .actor), .required("version", .version), .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp), .optional("closedAt", .timestamp),
        ]))

    static let runSummary = named(
        "RunSummary",
        .object([
            .required("id", .anyText), .required("runId", .id(Run.self)), .required("runVersion", .version),
            .required("asked", .anyText, "The run's first words, cut."),
            .required("status", .choice(of: Run.Status.self)),
            .optional("failure", .failure), .optional("interruptedReason", .anyText),
            .optional("lastWords", .anyText, "What the agent said last, cut."),
            .optional("stats", .diffStats),
            .required(
                "changedFiles",
                .array(
                    .object([
                        .required("path", .anyText), .required("kind", .anyText), .required("additions", .count),
                        .required("deletions", .count),
                    ]), max: nil)),
            .required(
                "tests", .array(.anyText, max: nil), "Those of the changed files that are tests, by their names."),
            .required("docs", .array(.anyText, max: nil)),
            .required(
                "commands",
                .array(
                    .object([
                        .required("line", .anyText), .required("status", .choice(of: ToolUse.Status.self)),
                        .optional("exitCode", .count, "Where its agent says it."),
                    ]), max: nil), "The newest, in the order in which they were run."),
            .required(
                "processes",
                .array(
                    .object([
                        .required("id", .id(ChildProcess.self)),
                        .required("reason", .choice(of: ChildProcess.Reason.self)),
                        .required("status", .choice(of: ChildProcess.Status.self)),
                        .optional("exitCode", .integer(Int64.min...Int64.max)),
                    ]), max: nil)),
            .required(
                "approvals",
                .object([
                    .required("approved", .count), .required("denied", .count), .required("unanswered", .count),
                    .required("pending", .count),
                ])),
            .optional("usage", .usage), .required("runningMs", .count),
            .required("risks", .array(.anyText, max: nil), "What to look at before the work lands."),
            .required("truncated", .boolean, "Lists are shorter than what there is."),
            .optional("text", .anyText, "What an agent says of it, where one was asked and has answered."),
            .optional("textRunId", .id(Run.self)),
        ]))
}
