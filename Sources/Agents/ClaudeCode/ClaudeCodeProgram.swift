import FoundationEssentials
package import Model

/// Claude Code, held in a conversation over its stream-json protocol: prompts and answers go in, one JSON object a line,
/// and everything that it says and asks comes out the same way. Known to work with 2.1.329.
package struct ClaudeCodeProgram: AgentProgram {
    package let provider = Provider.claudeCode
    package let interfaces = ["stream-json"]
    static let name = "claude"

    private let settings: AgentSettings

    package init(settings: AgentSettings) {
        self.settings = settings
    }

    package func check(_ options: RunOptions) -> [FieldError] {
        options.unused(by: .claudeCode, using: [.model, .permissionMode, .arguments, .mcpServers])
            + options.modelErrors() + options.permissionModeErrors() + options.argumentsErrors()
            + options.mcpServersErrors()
    }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        var argv = settings.command(or: Self.name)
        argv += ["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"]
        argv += ["--input-format", "stream-json", "--permission-prompt-tool", "stdio"]
        // In one word each, so that a value is never taken for a flag.
        if let mode = start.options.permissionMode { argv.append("--permission-mode=\(mode)") }
        if let model = start.options.model { argv.append("--model=\(model)") }
        if let session = start.resume { argv.append("--resume=\(session)") }
        if let servers = start.options.mcpServers, !servers.isEmpty {
            argv.append("--mcp-config=\(MCPServers(servers).forClaudeCode)")
        }
        argv += start.options.arguments ?? []
        return AgentLaunch(
            argv: argv,
            environment: [
                "DISABLE_AUTOUPDATER": "1",
                // Says `idle` when nothing is owed any more: a result alone ends one turn, and more may be queued.
                "CLAUDE_CODE_EMIT_SESSION_STATE_EVENTS": "1",
            ])
    }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue { ClaudeCodeDialogue(start) }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        try JSONDecoder().decode(ClaudeCodeDialogue.self, from: Data(stored))
    }

    package var versionArguments: [String]? { settings.command(or: Self.name).dropFirst() + ["--version"] }
    package var executable: String? { settings.command(or: Self.name).first }
}
