import Engine
import Model
import Wire

extension Schema {
    static let scripts = named(
        "Scripts",
        .object([
            .optional("setup", script, "Before the first agent in a worktree; the run fails when it does."),
            .optional("cleanup", script, "After each agent, before its work is committed."),
            .optional("verify", script, "When somebody asks."),
            .optional("dev", script, "A server, until it is stopped or its worktree goes."),
        ]))

    private static let script = object([
        .required(
            "argv",
            .array(
                .text(.bytes(Limits.pathBytesMax, "pathBytesMax")), max: .items(Limits.argumentsMax, "argumentsMax")),
            "The argument vector, without a shell in between. Empty: there is none."),
        .optional("text", .message, "Is written to a file, whose path is put behind the arguments."),
        .optional("timeoutSeconds", .integer(1...86_400), "Absent: 1800; a dev server has no end."),
        .optional("terminal", .screenSize, "It gets a pseudo-terminal of this size, and all that it says is stdout."),
    ])

    static let screenSize = object(screenSizeFields)
    static let screenSizeFields: [Field] = [
        .required("columns", .integer(1...Int64(ScreenSize.sideMax))),
        .required("rows", .integer(1...Int64(ScreenSize.sideMax))),
    ]

    static let processUsage = object([
        .required("userMs", .count), .required("systemMs", .count), .required("wallMs", .count),
        .required("residentBytesMax", .count),
    ])

    static let processOutput = named(
        "ProcessOutput",
        .object([
            .required("stream", .choice(of: OutputStream.self)),
            .required(
                "offset", .count,
                "Where the text begins: at most 3 bytes before what was asked for, when that was inside a character."),
            .required("text", .anyText),
            .required("nextOffset", .count),
            .required("isEnd", .boolean, "Whether nothing more will come."),
        ]))
}
