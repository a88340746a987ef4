import Model

/// `copilot --output-format json`. Known by its documents and recordings of 2026, which differ from version to version.
struct CopilotFormat: LineFormat {
    static let provider = Provider.copilot
    static let program = "copilot"
    static let options: Set<RunOptions.Field> = [.model, .permissionMode, .arguments, .mcpServers]

    static func arguments(_ start: TurnStart) -> [String] {
        var arguments = ["--output-format", "json", "--no-ask-user"]
        if let model = start.options.model { arguments.append("--model=\(model)") }
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .plan: arguments.append("--mode=plan")
        case .bypassPermissions: arguments.append("--allow-all-tools")
        case .default, .acceptEdits, nil: break
        }
        if let servers = start.options.mcpServers, !servers.isEmpty {
            arguments.append("--additional-mcp-config=\(MCPServers(servers).forCopilot)")
        }
        if let session = start.resume { arguments.append("--resume=\(session)") }
        return arguments
    }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let data = message["data"] ?? [:]
        switch message["type"]?.string {
        case "assistant.message": return talk.said(data["content"]?.string)
        case "assistant.message_delta": return talk.saying(data["deltaContent"]?.string)
        case "assistant.reasoning": return talk.said(data["content"]?.string, as: .thinking)
        case "assistant.reasoning_delta": return talk.saying(data["deltaContent"]?.string, as: .thinking)
        case "assistant.usage":
            // Its `cost` counts premium requests, not money.
            return talk.used(
                Usage(
                    inputTokens: data["inputTokens"]?.count, outputTokens: data["outputTokens"]?.count,
                    cacheReadTokens: data["cacheReadTokens"]?.count,
                    cacheCreationTokens: data["cacheWriteTokens"]?.count))
        case "tool.execution_start":
            return talk.began(data["toolCallId"]?.string, LineTool(data["toolName"]?.string, data["arguments"]))
        case "tool.execution_complete": return toolEnded(data, &talk)
        case "session.todos_changed", "session.plan_changed":
            let items = (data["todos"] ?? data["items"])?.array?.compactMap(PlanItem.init(line:)) ?? []
            return items.isEmpty ? [] : [talk.entries.plan(items)]
        case "session.info": return talk.noted(data["message"]?.string)
        case "session.error": return talk.troubled(data["message"]?.string)
        case "abort":
            talk.outcome = talk.outcome ?? .interrupted
            return talk.entries.flush()
        case "result": return result(message, &talk)
        default: return []
        }
    }

    private func toolEnded(_ data: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let error = data["error"]
        let isDenied = error?["code"]?.string?.hasPrefix("denied") == true
        let status: ToolUse.Status = data["success"]?.bool == true ? .success : isDenied ? .denied : .failed
        let output =
            data["result"]?["detailedContent"]?.string ?? data["result"]?["content"]?.string
            ?? error?["message"]?.string
        return talk.ended(data["toolCallId"]?.string, status, output: output)
    }

    private func result(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let learned = talk.learn(session: message["sessionId"]?.string)
        if message["exitCode"]?.integer ?? 0 == 0, talk.lastError == nil {
            talk.completed()
        } else {
            talk.failed(nil)
        }
        return learned + talk.entries.flush()
    }
}
