import Agents
import Model
import Testing

/// What each agent has, over each of its interfaces: a gap is a line here, and nothing is left out in silence.
@Suite struct AgentTableTests {
    /// `agent/interface`: what it can do; its permission modes; the models that it names; whether it can be asked for its version.
    private static let table: [String: String] = [
        "demo/demo": "resume messages approvals interrupt usage cost; ; ; no version",
        "command/output": "; ; ; no version",
        "claude-code/stream-json":
            "resume messages approvals questions plans interrupt mcpServers usage cost images; default acceptEdits plan bypassPermissions; default opus sonnet haiku; version",
        "codex/app-server":
            "resume messages approvals questions interrupt mcpServers usage images; default acceptEdits plan bypassPermissions; ; version",
        "codex/exec": "resume mcpServers usage images; default acceptEdits plan bypassPermissions; ; version",
        "acp/acp": "\(acp); default acceptEdits plan bypassPermissions; ; no version",
        "goose/acp": "\(acp); default acceptEdits plan bypassPermissions; ; version",
        "gemini/acp": "\(acp); default acceptEdits plan bypassPermissions; ; version",
        "gemini/stream-json": "resume mcpServers usage; default acceptEdits plan bypassPermissions; ; version",
        "cursor/acp": "\(acp); default acceptEdits plan bypassPermissions; ; version",
        "cursor/stream-json": "resume usage; default acceptEdits plan bypassPermissions; ; version",
        "opencode/acp": "\(acp); default acceptEdits plan bypassPermissions; ; version",
        "opencode/stream-json":
            "resume mcpServers usage cost; default acceptEdits plan bypassPermissions; ; version",
        "qwen/acp": "\(acp); default acceptEdits plan bypassPermissions; ; version",
        "qwen/stream-json": "resume mcpServers usage; default acceptEdits plan bypassPermissions; ; version",
        "copilot/acp": "\(acp); default acceptEdits plan bypassPermissions; ; version",
        "copilot/stream-json": "resume mcpServers usage; default acceptEdits plan bypassPermissions; ; version",
        "amp/stream-json": "resume mcpServers usage; default acceptEdits plan bypassPermissions; ; version",
        "bot/reports":
            "resume messages approvals questions plans interrupt mcpServers usage cost images; ; ; no version",
    ]
    /// What the protocol has; which part of it an agent has, it tells when a session begins.
    private static let acp = "resume messages approvals questions interrupt mcpServers usage images"

    @Test("each agent has what the table says, over each interface", arguments: Provider.allCases)
    func abilities(provider: Provider) throws {
        for interface in AgentCatalog.interfaces(of: provider) {
            let program = try AgentCatalog([provider: AgentSettings(interface: interface)]).program(for: provider)
            let key = "\(provider.rawValue)/\(interface)"
            #expect(Self.line(of: program) == Self.table[key], "\(key)")
        }
    }

    @Test("and nothing else is in it") func complete() {
        let known = Provider.allCases.flatMap { provider in
            AgentCatalog.interfaces(of: provider).map { "\(provider.rawValue)/\($0)" }
        }
        #expect(Set(known) == Set(Self.table.keys))
    }

    private static func line(of program: any AgentProgram) -> String {
        let able = program.abilities
        let all: [(String, Bool)] = [
            ("resume", able.resume), ("messages", able.messages), ("approvals", able.approvals),
            ("questions", able.questions), ("plans", able.plans), ("interrupt", able.interrupt),
            ("mcpServers", able.mcpServers), ("usage", able.usage), ("cost", able.cost), ("images", able.images),
        ]
        return [
            all.filter(\.1).map(\.0).joined(separator: " "), program.permissionModes.joined(separator: " "),
            program.models.joined(separator: " "), program.versionArguments == nil ? "no version" : "version",
        ].joined(separator: "; ")
    }
}
