import FoundationEssentials
package import Model

/// OpenAI's Codex. Known to work with 0.163.0.
///
/// `app-server` is a conversation: prompts, approvals, messages on the way, an interrupt. `exec` is one command for one
/// prompt that asks nobody: for versions and wrappers that have no app-server.
package struct CodexProgram: AgentProgram {
    package let provider = Provider.codex
    package let interfaces = ["app-server", "exec"]
    static let name = "codex"

    private let settings: AgentSettings

    package init(settings: AgentSettings) {
        self.settings = settings
    }

    package var spokenInterface: String? { settings.interface }
    private var isExec: Bool { settings.interface == "exec" }

    package func check(_ options: RunOptions) -> [FieldError] {
        options.unused(by: .codex, using: [.model, .permissionMode, .arguments, .mcpServers])
            + options.modelErrors() + options.permissionModeErrors() + options.argumentsErrors()
            + options.mcpServersErrors()
    }

    package func launch(_ start: TurnStart) -> AgentLaunch {
        let command = settings.command(or: Self.name)
        let more = MCPServers(start.options.mcpServers ?? [:]).forCodex + (start.options.arguments ?? [])
        guard isExec else { return AgentLaunch(argv: command + ["app-server"] + more) }
        var argv = command + ["exec", "--json", "--skip-git-repo-check"]
        if let model = start.options.model { argv.append("--model=\(model)") }
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .default, .acceptEdits: argv.append("--sandbox=workspace-write")
        case .plan: argv.append("--sandbox=read-only")
        case .bypassPermissions: argv.append("--dangerously-bypass-approvals-and-sandbox")
        case nil: break
        }
        argv += more
        argv += (start.files ?? []).filter(\.isImage).map { "--image=\($0.path)" }
        if let session = start.resume { argv += ["resume", "--", session] }
        // The prompt comes over standard input: it may be longer than an argument can be.
        return AgentLaunch(argv: argv + ["-"])
    }

    package func dialogue(_ start: TurnStart) -> any AgentDialogue {
        isExec ? CodexExecDialogue(start) : CodexDialogue(start)
    }

    package func restore(_ stored: [UInt8]) throws -> any AgentDialogue {
        // Whatever the settings say by now: what was begun goes on in its own way.
        let data = Data(stored)
        let kind = try JSONDecoder().decode(Kind.self, from: data)
        guard kind.isExec != nil else { return try JSONDecoder().decode(CodexDialogue.self, from: data) }
        return try JSONDecoder().decode(CodexExecDialogue.self, from: data)
    }

    private struct Kind: Decodable {
        let isExec: Bool?
    }

    package var versionArguments: [String]? { settings.command(or: Self.name).dropFirst() + ["--version"] }
    package var executable: String? { settings.command(or: Self.name).first }
}
