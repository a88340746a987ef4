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
            .optional(
                "own",
                .array(
                    .object([.required("name", .scriptName, "Unique, and no purpose.")] + scriptFields),
                    max: .items(Limits.ownScriptsMax, "ownScriptsMax")),
                "Those that have names, for whoever asks, in this order. Takes the place of the list before; empty: none."
            ),
        ]))

    /// Of a script: its purpose, or the name of one of the project's own.
    static let scriptName = string(
        TextFormat(
            pattern: "^[A-Za-z0-9][A-Za-z0-9 _.:-]{0,99}$",
            explanation: "made of letters, digits, spaces, `_`, `.`, `:` and `-`, and begins with one of the first two",
            admits: { $0.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9 _.:-]{0,99}/#) != nil }),
        max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    private static let script = object(scriptFields)
    private static let scriptFields: [Field] = [
        .required(
            "argv",
            .array(
                .text(.bytes(Limits.pathBytesMax, "pathBytesMax")), max: .items(Limits.argumentsMax, "argumentsMax")),
            "The argument vector, without a shell in between. Empty: there is none."),
        .optional("text", .message, "Is written to a file, whose path is put behind the arguments."),
        .optional("timeoutSeconds", .integer(1...86_400), "Absent: 1800; a dev server has no end."),
        .optional("terminal", .screenSize, "It gets a pseudo-terminal of this size, and all that it says is stdout."),
    ]

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
