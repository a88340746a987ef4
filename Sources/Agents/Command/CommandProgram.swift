import FoundationEssentials
package import Model

/// Any program: what it prints is shown, and its exit code says how it went.
///
/// There is no shell in between. The prompt is in the environment, since a program that was not made for it has no other
/// place where it would look; its standard input is at its end from the start.
package struct CommandProgram: AgentProgram {
    package static let provider = Provider.command
    package static let interfaces = ["output"]
    /// 128 KiB with its NUL: Linux starts no program with a longer argument (MAX_ARG_STRLEN, execve(2)).
    package static let argumentBytesMax = (128 << 10) - 1
    /// 1 MiB: half of what Linux gives arguments and environment with the usual 8 MiB stack (a quarter of it, execve(2)).
    package static let argumentsBytesMax = 1 << 20
    package static let promptVariable = "ROOST_PROMPT"
    /// A variable is `NAME=VALUE` in one argument-sized string.
    package static let promptBytesMax = argumentBytesMax - promptVariable.utf8.count - 1

    private let settings: AgentSettings

    package init(settings: AgentSettings) {
        self.settings = settings
    }

    package func check(_ options: RunOptions) -> [FieldError] {
        options.unused(by: .command, using: [.argv]) + Self.errors(in: options.argv ?? [])
    }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        AgentLaunch(
            argv: settings.command + (start.options.argv ?? []),
            environment: [Self.promptVariable: Self.variable(start.prompt)])
    }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue { CommandDialogue(start) }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        try JSONDecoder().decode(CommandDialogue.self, from: Data(stored))
    }

    package var versionArguments: [String]? { nil }
    package var executable: String? { settings.command.first }

    /// What of a prompt fits into a variable: no NUL, and no more than the system takes.
    static func variable(_ prompt: String) -> String {
        String(prompt.replacing("\0", with: "\u{FFFD}").prefix(bytesMax: promptBytesMax))
    }

    private static func errors(in argv: [String]) -> [FieldError] {
        let pointer = "/options/argv"
        guard let program = argv.first else { return [FieldError(pointer: pointer, message: "is required")] }
        var errors: [FieldError] = []
        if program.isEmpty { errors.append(FieldError(pointer: pointer + "/0", message: "must name a program")) }
        if argv.count > Limits.argumentsMax {
            let message = "has \(argv.count) arguments, at most \(Limits.argumentsMax) are allowed"
            errors.append(FieldError(pointer: pointer, message: message))
        }
        for (index, argument) in argv.prefix(Limits.argumentsMax).enumerated() {
            if argument.utf8.count > argumentBytesMax {
                let message = "is longer than \(argumentBytesMax) bytes"
                errors.append(FieldError(pointer: "\(pointer)/\(index)", message: message))
            }
            if argument.utf8.contains(0) {
                errors.append(FieldError(pointer: "\(pointer)/\(index)", message: "must not contain NUL"))
            }
        }
        if argv.reduce(0, { $0 + $1.utf8.count + 1 }) > argumentsBytesMax {
            errors.append(FieldError(pointer: pointer, message: "is longer than \(argumentsBytesMax) bytes in all"))
        }
        return errors
    }
}
