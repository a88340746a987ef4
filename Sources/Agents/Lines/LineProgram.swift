import FoundationEssentials
package import Model

/// An agent that is started for one prompt and prints lines.
package struct LineProgram: AgentProgram {
    private let format: any LineFormat.Type
    private let settings: AgentSettings

    /// - Returns: nil for an agent that has no lines of its own.
    package init?(_ provider: Provider, settings: AgentSettings) {
        guard let format = Self.format(of: provider) else { return nil }
        self.format = format
        self.settings = settings
    }

    /// The name of this interface, behind `acp` for those that have both.
    package static let interface = "stream-json"

    static func format(of provider: Provider) -> (any LineFormat.Type)? {
        switch provider {
        case .gemini: GeminiFormat.self
        case .cursor: CursorFormat.self
        case .opencode: OpenCodeFormat.self
        case .qwen: QwenFormat.self
        case .amp: AmpFormat.self
        case .copilot: CopilotFormat.self
        case .demo, .command, .claudeCode, .codex, .acp, .goose, .bot: nil
        }
    }

    package var provider: Provider { format.provider }
    package var spokenInterface: String? { Self.interface }
    package var interfaces: [String] { format.hasACP ? ["acp", Self.interface] : [Self.interface] }

    package func check(_ options: RunOptions) -> [FieldError] {
        options.unused(by: provider, using: format.options) + options.modelErrors() + options.permissionModeErrors()
            + options.argumentsErrors() + options.mcpServersErrors()
    }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        let (environment, files) = format.surroundings(start)
        return AgentLaunch(
            argv: settings.command(or: format.program) + format.arguments(start) + (start.options.arguments ?? []),
            environment: environment, files: files)
    }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue { format.dialogue(start) }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        // Whatever the settings say by now: what was begun goes on in its own way.
        try Self.restore(stored, of: provider) ?? JSONDecoder().decode(ACPDialogue.self, from: Data(stored))
    }

    /// - Returns: nil for what is no dialogue of this kind.
    static func restore(_ stored: [UInt8], of provider: Provider) throws -> (any AgentDialogue)? {
        let data = Data(stored)
        guard try JSONDecoder().decode(Kind.self, from: data).isByLines != nil, let format = format(of: provider) else {
            return nil
        }
        return try format.dialogue(from: data)
    }

    private struct Kind: Decodable {
        let isByLines: Bool?
    }

    package var versionArguments: [String]? { settings.command(or: format.program).dropFirst() + ["--version"] }
    package var executable: String? { settings.command(or: format.program).first }
}
