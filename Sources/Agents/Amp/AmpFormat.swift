import Model

/// `amp --execute --stream-json`. Known by its SDK of September 2026.
struct AmpFormat: LineFormat {
    static let provider = Provider.amp
    static let program = "amp"
    static let hasACP = false
    static let options: Set<RunOptions.Field> = [.permissionMode, .arguments, .mcpServers]

    static func arguments(_ start: TurnStart) -> [String] {
        var arguments = start.resume.map { ["threads", "continue", $0] } ?? []
        arguments += ["--execute", "--stream-json"]
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .bypassPermissions: arguments.append("--dangerously-allow-all")
        case .default, .acceptEdits, .plan, nil: break
        }
        if let servers = start.options.mcpServers, !servers.isEmpty {
            arguments += ["--mcp-config", MCPServers(servers).byName]
        }
        return arguments
    }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        ClaudeLikeLines.read(message, &talk)
    }
}
