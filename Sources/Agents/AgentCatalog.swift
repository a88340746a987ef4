import FoundationEssentials
package import Model

/// The agents that this hub knows how to drive, as its administrator set them.
package struct AgentCatalog: Sendable {
    /// What every agent is told about its surroundings: nobody sees colours, and nothing moves a cursor.
    private static let plainTerminal = ["NO_COLOR": "1", "TERM": "dumb"]
    /// By these an agent knows that another one started it, and behaves differently. The hub may itself have been
    /// started by one.
    private static let nestedAgentVariables: Set = [
        "CLAUDECODE", "AI_AGENT", "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_EXECPATH",
        "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SESSION_KIND", "CLAUDE_CODE_SSE_PORT",
    ]
    private let settings: [Provider: AgentSettings]

    /// - Parameter settings: an agent that is not named here is not offered.
    package init(_ settings: [Provider: AgentSettings]) {
        self.settings = settings
    }

    /// In the order in which `Provider` names them.
    package var programs: [any AgentProgram] {
        Provider.allCases.compactMap { provider in settings[provider].map { Self.program(provider, $0) } }
    }

    /// How many runs may be at work at once with those agents for which that was set.
    package var concurrencyLimits: [Provider: Int] { settings.compactMapValues(\.maxConcurrentRuns) }

    /// - Throws: `HubError` `.providerUnavailable` for an agent that this hub does not offer.
    package func program(for provider: Provider) throws -> any AgentProgram {
        guard let settings = settings[provider] else {
            throw HubError(
                .providerUnavailable, "\(provider.rawValue) is not offered by this hub",
                members: ["provider": .string(provider.rawValue)])
        }
        return Self.program(provider, settings)
    }

    /// The machine interfaces that the settings of an agent may name.
    package static func interfaces(of provider: Provider) -> [String] {
        program(provider, AgentSettings()).interfaces
    }

    private static func program(_ provider: Provider, _ settings: AgentSettings) -> any AgentProgram {
        switch provider {
        case .demo: DemoProgram(settings: settings)
        case .command: CommandProgram(settings: settings)
        case .claudeCode: ClaudeCodeProgram(settings: settings)
        case .codex: CodexProgram(settings: settings)
        case .bot: BotProgram()
        case .acp, .goose: ACPProgram(provider, settings: settings)
        case .gemini, .cursor, .opencode, .qwen, .copilot, .amp:
            lines(provider, settings) ?? ACPProgram(provider, settings: settings)
        }
    }

    /// For those that have no other interface, and those for which the settings want this one.
    private static func lines(_ provider: Provider, _ settings: AgentSettings) -> (any AgentProgram)? {
        guard provider == .amp || settings.interface == LineProgram.interface else { return nil }
        return LineProgram(provider, settings: settings)
    }

    /// All variables of an agent's process. The settings win over what the agent's nature demands, and that over what is
    /// inherited.
    /// - Parameter inherited: the hub's own variables, of which the agent gets those that its settings name.
    package func environment(
        for provider: Provider, start: TurnStart, inherited: [String: String]
    ) -> [String: String] {
        guard let settings = settings[provider] else { return Self.plainTerminal }
        let passed = inherited.filter {
            settings.inherit.contains($0.key) && !Self.nestedAgentVariables.contains($0.key)
        }
        return passed.merging(Self.plainTerminal) { $1 }
            .merging(Self.program(provider, settings).launch(start).environment) { $1 }
            .merging(settings.environment) { $1 }
    }

    /// - Returns: the file that a program's name stands for; nil when there is none that could be started.
    package func locate(_ executable: String, environment: [String: String]) -> String? {
        let candidates =
            executable.contains("/")
            ? [executable]
            : (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(executable)" }
        return candidates.first { path in
            var isFolder = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
                && FileManager.default.isExecutableFile(atPath: path)
        }
    }
}

extension AgentSettings {
    /// The program and the arguments before ours.
    func command(or name: String) -> [String] { command.isEmpty ? [name] : command }
}
