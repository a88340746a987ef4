import Model

/// Servers of tools are read from the project's `.cursor/mcp.json` and the user's alone: there is no flag and no variable for a run's own, and
/// either file is somebody's. So they are refused; over ACP the agent takes them.
///
/// `cursor-agent -p --output-format stream-json`. Known by its documents and recordings of October 2026.
struct CursorFormat: LineFormat {
    static let provider = Provider.cursor
    static let program = "cursor-agent"

    static func arguments(_ start: TurnStart) -> [String] {
        var arguments = ["-p", "--output-format", "stream-json"]
        if let model = start.options.model { arguments.append("--model=\(model)") }
        switch start.options.permissionMode.flatMap(PermissionMode.init) {
        case .plan: arguments.append("--mode=plan")
        case .bypassPermissions: arguments.append("--force")
        case .default, .acceptEdits, nil: break
        }
        if let session = start.resume { arguments.append("--resume=\(session)") }
        return arguments
    }

    mutating func read(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let learned = talk.learn(session: message["session_id"]?.string)
        switch (message["type"]?.string, message["subtype"]?.string) {
        case ("assistant", _): return learned + assistant(message, &talk)
        case ("thinking", "delta"): return learned + talk.saying(message["text"]?.string, as: .thinking)
        case ("thinking", "completed"): return learned + talk.entries.flush()
        case ("tool_call", let subtype): return learned + tool(message, subtype, &talk)
        case ("result", _): return learned + result(message, &talk)
        default: return learned
        }
    }

    /// With partial output a line with a time is a piece, one that also names its call repeats what was said in pieces, and
    /// one with neither is the whole.
    private func assistant(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let blocks = message["message"]?["content"]?.array ?? []
        let text = blocks.compactMap { $0["text"]?.string }.joined()
        guard message["timestamp_ms"] != nil else { return talk.said(text) }
        return message["model_call_id"] == nil ? talk.saying(text) : talk.entries.flush()
    }

    private func tool(_ message: JSONValue, _ subtype: String?, _ talk: inout LineTalk) -> [AgentEffect] {
        guard let (name, call) = Self.call(message["tool_call"]) else { return [] }
        let arguments = call["args"]
        if name == "updateTodos", let todos = arguments?["todos"]?.array {
            return subtype == "started" ? [talk.entries.plan(todos.compactMap(PlanItem.init(line:)))] : []
        }
        let tool = LineTool(arguments?["toolName"]?.string ?? call["name"]?.string ?? name, arguments)
        let id = message["call_id"]?.string
        guard subtype == "completed" else { return subtype == "started" ? talk.began(id, tool) : [] }
        let result = call["result"]
        let status: ToolUse.Status =
            result?["rejected"] != nil ? .denied : result?["success"] != nil || result == nil ? .success : .failed
        return talk.ended(id, status, output: Self.output(of: result), tool)
    }

    /// The single member whose name ends in `ToolCall`, or `function`.
    private static func call(_ value: JSONValue?) -> (name: String, JSONValue)? {
        guard let members = value?.object else { return nil }
        if let function = members["function"] { return (function["name"]?.string ?? "function", function) }
        return members.keys.sorted().first { $0.hasSuffix("ToolCall") }.flatMap { key in
            members[key].map { (String(key.dropLast("ToolCall".count)), $0) }
        }
    }

    private static func output(of result: JSONValue?) -> String? {
        let said = result?["success"] ?? result?["failure"] ?? result?["rejected"] ?? result?["error"]
        let texts = ["stdout", "stderr", "content", "diffString", "reason", "message", "error"].compactMap {
            said?[$0]?.string
        }
        let text = texts.filter { !$0.isEmpty }.joined(separator: "\n")
        return text.isEmpty ? said?.string : text
    }

    private func result(_ message: JSONValue, _ talk: inout LineTalk) -> [AgentEffect] {
        let usage = message["usage"]
        let used = talk.used(
            Usage(
                inputTokens: usage?["inputTokens"]?.count, outputTokens: usage?["outputTokens"]?.count,
                cacheReadTokens: usage?["cacheReadTokens"]?.count,
                cacheCreationTokens: usage?["cacheWriteTokens"]?.count))
        let text = message["result"]?.string
        if message["is_error"]?.bool == true { talk.failed(text) } else { talk.completed(text) }
        return talk.entries.flush() + used
    }
}
