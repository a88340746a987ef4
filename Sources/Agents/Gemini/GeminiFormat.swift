import Model

/// `gemini -o stream-json`. Known by its source of August 2026.
struct GeminiFormat: LineFormat {
    static let provider = Provider.gemini
    static let program = "gemini"

    static let options: Set<RunOptions.Field> = [.model, .permissionMode, .arguments, .mcpServers]

    static func arguments(_ start: TurnStart) -> [String] {
        var arguments = ["--output-format", "stream-json"]
        if let model = start.options.model { arguments.append("--model=\(model)") }
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .default: arguments.append("--approval-mode=default")
        case .acceptEdits: arguments.append("--approval-mode=auto_edit")
        case .plan: arguments.append("--approval-mode=plan")
        case .bypassPermissions: arguments.append("--approval-mode=yolo")
        case nil: break
        }
        if let session = start.resume { arguments.append("--resume=\(session)") }
        return arguments
    }

    /// Its layer of settings below those of user and project takes the servers of a run; what the machine's administrator has in
    /// that layer is not read then.
    static func surroundings(_ start: TurnStart) -> (environment: [String: String], files: [String: [UInt8]]) {
        MCPServers(start.options.mcpServers ?? [:]).asDefaults("GEMINI_CLI_SYSTEM_DEFAULTS_PATH", start)
    }

    static func failureClass(ofExit code: Int) -> Run.FailureClass? { code == 41 ? .auth : code == 42 ? .user : nil }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        switch message["type"]?.string {
        case "init": return talk.learn(session: message["session_id"]?.string)
        case "message" where message["role"]?.string == "assistant":
            let text = message["content"]?.string
            return message["delta"]?.bool == true ? talk.saying(text) : talk.said(text)
        case "tool_use":
            return talk.began(message["tool_id"]?.string, LineTool(message["tool_name"]?.string, message["parameters"]))
        case "tool_result":
            let isGood = message["status"]?.string == "success"
            let output = (isGood ? message["output"] : message["error"]?["message"] ?? message["output"])?.string
            return talk.ended(message["tool_id"]?.string, isGood ? .success : .failed, output: output)
        case "error":
            let text = message["message"]?.string
            return message["severity"]?.string == "error" ? talk.troubled(text) : talk.noted(text)
        case "result":
            let stats = message["stats"]
            let used = talk.used(
                Usage(
                    inputTokens: stats?["input_tokens"]?.count, outputTokens: stats?["output_tokens"]?.count,
                    cacheReadTokens: stats?["cached"]?.count))
            if message["status"]?.string == "success" {
                talk.completed()
            } else {
                talk.failed(message["error"]?["message"]?.string)
            }
            return talk.entries.flush() + used
        default: return []
        }
    }
}
