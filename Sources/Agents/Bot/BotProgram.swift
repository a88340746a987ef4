import FoundationEssentials
package import Model

/// A program on the far side of a connection: nothing is started here. It claims a run, and what it reports are the
/// lines of the dialogue.
package struct BotProgram: AgentProgram {
    package let provider = Provider.bot
    package let interfaces = ["reports"]

    package init() {}

    package func check(_ options: RunOptions) -> [FieldError] {
        options.unused(by: .bot, using: [.model, .bot, .onLeaseLost, .mcpServers]) + options.modelErrors()
    }

    package func launch(_ start: TurnStart) -> AgentLaunch { AgentLaunch(argv: []) }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue { BotDialogue(start) }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        try JSONDecoder().decode(BotDialogue.self, from: Data(stored))
    }

    package var versionArguments: [String]? { nil }
    package var executable: String? { nil }
}
