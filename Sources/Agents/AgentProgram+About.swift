package import Model

// What people are told of an agent before they choose it.
extension AgentProgram {
    package var interface: String { interfaces.first { $0 == spokenInterface } ?? interfaces.first ?? "" }

    package var abilities: AgentAbilities {
        switch (provider, interface) {
        case (.demo, _):
            AgentAbilities(
                resume: true, messages: true, approvals: true, interrupt: true, usage: true, cost: true)
        case (.command, _): AgentAbilities()
        case (.claudeCode, _):
            AgentAbilities(
                resume: true, messages: true, approvals: true, questions: true, plans: true, interrupt: true,
                mcpServers: true, usage: true, cost: true, images: true)
        case (.codex, "exec"): AgentAbilities(resume: true, mcpServers: true, usage: true, images: true)
        case (.codex, _):
            AgentAbilities(
                resume: true, messages: true, approvals: true, questions: true, interrupt: true, mcpServers: true,
                usage: true, images: true)
        case (.bot, _):
            AgentAbilities(
                resume: true, messages: true, approvals: true, questions: true, plans: true, interrupt: true,
                mcpServers: true, usage: true, cost: true, images: true)
        case (.opencode, LineProgram.interface): AgentAbilities(resume: true, mcpServers: true, usage: true, cost: true)
        case (.cursor, LineProgram.interface): AgentAbilities(resume: true, usage: true)
        case (_, LineProgram.interface), (.amp, _): AgentAbilities(resume: true, mcpServers: true, usage: true)
        case (.acp, _), (.gemini, _), (.cursor, _), (.opencode, _), (.qwen, _), (.copilot, _), (.goose, _):
            // Of what the protocol has, each agent has a part, which it tells when a session begins.
            AgentAbilities(
                resume: true, messages: true, approvals: true, questions: true, interrupt: true, mcpServers: true,
                usage: true, images: true)
        }
    }

    /// Of the four that runs may ask for; others are refused, or are the agent's own matter.
    package var permissionModes: [String] {
        PermissionMode.allCases.map(\.rawValue).filter { mode in
            check(RunOptions(argv: provider == .acp ? ["x"] : nil, permissionMode: mode)).isEmpty
        }
    }

    /// Names that the agent's own documents promise to keep; any other name is passed on as it is.
    package var models: [String] { provider == .claudeCode ? ["default", "opus", "sonnet", "haiku"] : [] }
}

extension Provider {
    /// As people know it.
    package var title: String {
        switch self {
        case .demo: "Demo agent"
        case .command: "Command"
        case .claudeCode: "Claude Code"
        case .codex: "Codex"
        case .acp: "Any ACP agent"
        case .gemini: "Gemini"
        case .cursor: "Cursor"
        case .opencode: "OpenCode"
        case .qwen: "Qwen Code"
        case .copilot: "Copilot"
        case .goose: "Goose"
        case .amp: "Amp"
        case .bot: "Bot"
        }
    }
}
