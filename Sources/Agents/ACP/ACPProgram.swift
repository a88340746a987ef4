import FoundationEssentials
package import Model

/// An agent that speaks the Agent Client Protocol, version 1, over its standard streams.
package struct ACPProgram: AgentProgram {
    package let provider: Provider
    package var interfaces: [String] {
        LineProgram.format(of: provider) == nil ? ["acp"] : ["acp", LineProgram.interface]
    }
    private let settings: AgentSettings

    package init(_ provider: Provider, settings: AgentSettings) {
        self.provider = provider
        self.settings = settings
    }

    /// How the agents that have the protocol built in are started.
    private static let presets: [Provider: [String]] = [
        .gemini: ["gemini", "--acp"], .cursor: ["cursor-agent", "acp"], .opencode: ["opencode", "acp"],
        .qwen: ["qwen", "--acp"], .copilot: ["copilot", "--acp", "--stdio"], .goose: ["goose", "acp"],
    ]

    /// The program and its arguments; the settings replace the program alone.
    private var command: [String] {
        guard let preset = Self.presets[provider] else { return settings.command }
        return settings.command(or: preset[0]) + preset.dropFirst()
    }

    package func check(_ options: RunOptions) -> [FieldError] {
        let isAny = provider == .acp
        let used: Set<RunOptions.Field> =
            isAny ? [.model, .permissionMode, .argv, .mcpServers] : [.model, .permissionMode, .arguments, .mcpServers]
        var errors = options.unused(by: provider, using: used)
        errors += options.modelErrors() + options.permissionModeErrors() + options.argumentsErrors()
        errors += options.mcpServersErrors()
        if isAny, options.argv != nil || settings.command.isEmpty {
            errors += ArgumentVector.errors(in: options.argv ?? [])
        }
        return errors
    }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        AgentLaunch(argv: command + ((provider == .acp ? start.options.argv : start.options.arguments) ?? []))
    }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue { ACPDialogue(start) }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        // Whatever the settings say by now: what was begun goes on in its own way.
        try LineProgram.restore(stored, of: provider) ?? JSONDecoder().decode(ACPDialogue.self, from: Data(stored))
    }

    package var versionArguments: [String]? {
        provider == .acp ? nil : Array(settings.command(or: "").dropFirst()) + ["--version"]
    }
    package var executable: String? { command.first }
}
