import Model

/// `opencode run --format json`, of both generations. Known by their sources of 2026.
struct OpenCodeFormat: LineFormat {
    static let provider = Provider.opencode
    static let program = "opencode"
    static let tellsEnd = false
    static let unknownSession: String? = "Session not found"

    static let options: Set<RunOptions.Field> = [.model, .permissionMode, .arguments, .mcpServers]

    static func arguments(_ start: TurnStart) -> [String] {
        var arguments = ["run", "--format", "json"]
        if let model = start.options.model { arguments.append("--model=\(model)") }
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .plan: arguments.append("--agent=plan")
        case .bypassPermissions: arguments.append("--auto")
        case .default, .acceptEdits, nil: break
        }
        if let session = start.resume { arguments.append("--session=\(session)") }
        return arguments
    }

    /// A variable of its own is merged over all other settings.
    static func surroundings(_ start: TurnStart) -> (environment: [String: String], files: [String: [UInt8]]) {
        guard let servers = start.options.mcpServers, !servers.isEmpty else { return ([:], [:]) }
        return (["OPENCODE_CONFIG_CONTENT": MCPServers(servers).forOpenCode], [:])
    }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let learned = talk.learn(session: message["sessionID"]?.string)
        let part = message["part"] ?? [:]
        switch message["type"]?.string {
        case "text": return learned + talk.said(part["text"]?.string)
        case "reasoning": return learned + talk.said(part["text"]?.string, as: .thinking)
        case "tool_use": return learned + tool(part, &talk)
        case "step_finish":
            let tokens = part["tokens"]
            return learned
                + talk.used(
                    Usage(
                        inputTokens: tokens?["input"]?.count, outputTokens: tokens?["output"]?.count,
                        cacheReadTokens: tokens?["cache"]?["read"]?.count,
                        cacheCreationTokens: tokens?["cache"]?["write"]?.count, costUsd: part["cost"]?.number))
        case "error":
            let error = message["error"]
            let text = error?["data"]?["message"]?.string ?? error?["message"]?.string ?? error?["name"]?.string
            let told = talk.troubled(text)
            talk.failed(text)
            return learned + told
        default: return learned
        }
    }

    /// It is told of once, when it has ended.
    private func tool(_ part: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let state = part["state"] ?? [:]
        let name = part["tool"]?.string
        if name == "todowrite", let todos = state["input"]?["todos"]?.array {
            return [talk.entries.plan(todos.compactMap(PlanItem.init(line:)))]
        }
        let isGood = state["status"]?.string == "completed"
        let output = state["output"]?.string ?? state["error"]?.string ?? state["error"]?["message"]?.string
        return talk.ended(
            part["callID"]?.string ?? part["id"]?.string, isGood ? .success : .failed, output: output,
            LineTool(name, state["input"]))
    }
}
