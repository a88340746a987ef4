import Engine
import Model
import Wire

extension Schema {
    static let botLease = named(
        "BotLease",
        .object([
            .required("token", .count, "The fencing token: part of whatever the bot says about the run."),
            .required("leaseMs", .count),
            .required("dueAt", .timestamp, "The bot loses the run when it is not heard before."),
        ]))

    static let botAssignment = named(
        "BotAssignment",
        .object([
            .required("lease", .botLease), .required("run", .run), .required("processId", .id(ChildProcess.self)),
            .required("prompt", .anyText, "What is to be done now."),
            .optional("attachments", .array(.id(Attachment.self), max: nil), "The files with it."),
            .optional("sessionId", .anyText, "The conversation to go on with, as a bot has named it."),
            .optional("workingDirectory", .anyText, "Where the run's files are on the hub's machine."),
        ]))

    private static let botOrder = object([
        .required("type", .choice(["message", "decision", "interrupt"])),
        .optional("text", .anyText, "`message`: what somebody says."),
        .optional("attachments", .array(.id(Attachment.self), max: nil), "`message`: the files with it."),
        .optional("key", .anyText, "`decision`: the bot's own name of what it asked."),
        .optional("decision", .choice(of: Approval.Verdict.self)), .optional("scope", .choice(of: Approval.Scope.self)),
        .optional("reason", .anyText), .optional("edited", .any), .optional("answers", .map(.anyText)),
    ])

    static let botOrders = named(
        "BotOrders",
        .object([
            .required("lease", .botLease), .required("status", .choice(of: Run.Status.self)),
            .required(
                "state", .choice(of: BotState.self),
                "`pause`: do nothing until it is `work`; `stop`: finish with what there is, soon."),
            .required("messages", .array(botOrder, max: nil), "In order; again until a heartbeat says `after`."),
            .required("next", .count, "The next heartbeat's `after`."),
        ]))

    static let botReceipt = named(
        "BotReceipt",
        .object([
            .required("lease", .botLease), .required("status", .choice(of: Run.Status.self)),
            .required("state", .choice(of: BotState.self)),
            .required("received", .count, "How many things were reported in all: the next report's `from`."),
        ]))

    private static let key = string(
        .nonEmptyLine, max: .characters(BotLimits.keyCharactersMax, "keyCharactersMax"))

    private static let reportedContent = object([
        .required(
            "kind",
            .choice([
                "assistant_message", "thinking", "tool_use", "plan", "next_action", "system_message", "error_message",
                "output",
            ])),
        .optional("text", .prompt), .optional("tool", .toolUse),
        .optional(
            "items",
            .array(
                .object([.required("text", .prompt), .required("status", .choice(of: PlanItem.Status.self))]),
                max: .items(BotLimits.itemsPerReportMax, "itemsPerReportMax"))),
        .optional("stream", .choice(of: OutputStream.self)),
    ])

    static let botItem = named(
        "BotItem",
        .object([
            .required("type", .choice(["entry", "delta", "ask", "withdraw", "usage", "session", "finish"])),
            .optional("key", key, "`entry`: the same key changes the same entry; `ask`, `withdraw`: of the question."),
            .optional("entry", reportedContent),
            .optional(
                "kind", .choice(Approval.Kind.allCases.map(\.rawValue) + ["assistant_message", "thinking"]),
                "`ask`: what it is about; `delta`: of what it is a piece."),
            .optional("text", .prompt, "`delta`: shown at once, until the whole is an `entry`."),
            .optional("title", .title, "`ask`: one line for whoever decides."), .optional("tool", .name),
            .optional("input", .any), .optional("usage", .usage, "What was consumed since it was last told."),
            .optional("id", .name, "`session`: the bot's own name of the conversation."),
            .optional("status", .choice(["completed", "failed", "interrupted"]), "`finish`."),
            .optional("summary", .prompt, "`finish`."),
            .optional(
                "failure",
                .object([
                    .required("class", .choice(of: Run.FailureClass.self)), .required("message", .prompt),
                ])),
        ]))
}
