import FoundationEssentials
package import Model

/// Any program: what it prints is shown, and its exit code says how it went.
///
/// There is no shell in between. The prompt is in the environment, since a program that was not made for it has no other
/// place where it would look; its standard input is at its end from the start.
package struct CommandProgram: AgentProgram {
    package let provider = Provider.command
    package let interfaces = ["output"]
    package static let promptVariable = "ROOST_PROMPT"
    /// A variable is `NAME=VALUE` in one argument-sized string.
    package static let promptBytesMax = ArgumentVector.argumentBytesMax - promptVariable.utf8.count - 1

    private let settings: AgentSettings

    package init(settings: AgentSettings) {
        self.settings = settings
    }

    package func check(_ options: RunOptions) -> [FieldError] {
        options.unused(by: .command, using: [.argv]) + ArgumentVector.errors(in: options.argv ?? [])
    }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        AgentLaunch(
            argv: settings.command + (start.options.argv ?? []),
            environment: [Self.promptVariable: Self.variable((start.files ?? []).listed(behind: start.prompt))])
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
}
