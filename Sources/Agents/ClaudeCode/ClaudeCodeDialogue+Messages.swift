import Model

// What the program says, message by message. Names of messages that are not here are ignored: minor releases add some.
extension ClaudeCodeDialogue {
    mutating func read(_ message: JSONValue) -> [AgentEffect] {
        switch message["type"]?.string {
        case "assistant": return assistant(message)
        case "user": return toolResults(message)
        case "stream_event": return piece(message)
        case "result": return result(message)
        case "system": return system(message)
        case "control_request": return asked(message)
        case "control_cancel_request": return withdrawn(message)
        case "control_response": return replied(message)
        case "command_lifecycle": return delivered(message)
        case "rate_limit_event":
            limited(message["rate_limit_info"] ?? [:])
            return []
        default: return []
        }
    }

    /// Every line names the session; that of a result may be one that never began (a resume that found nothing).
    mutating func learnSession(_ message: JSONValue) -> [AgentEffect] {
        guard let id = message["session_id"]?.string, message["type"]?.string != "result", id != session else {
            return []
        }
        // A new name counts where a turn begins: other lines may tell of other sessions.
        guard session == nil || message["subtype"]?.string == "init" else { return [] }
        session = id
        return [.session(id)]
    }

    /// `resetsAt` is in seconds since 1970.
    private mutating func limited(_ info: JSONValue) {
        guard info["status"]?.string == "rejected" else {
            limitedUntil = nil
            return
        }
        apiError = "rate_limit"
        limitedUntil = info["resetsAt"]?.integer.flatMap { Timestamp(secondsSince1970: $0) }
    }

    // MARK: The model's words

    private mutating func assistant(_ message: JSONValue) -> [AgentEffect] {
        let isMain = message.isMain
        if isMain { apiError = message["error"]?.string }
        var effects: [AgentEffect] = []
        if isMain, let counts = message["message"]?["usage"] {
            effects += entries.reached(counts, by: message["message"]?["id"]?.string)
        }
        for block in message["message"]?["content"]?.blocks ?? [] {
            switch block["type"]?.string {
            case "text" where isMain:
                effects += said(block["text"]?.string, as: apiError == nil ? .assistantMessage : .errorMessage)
            case "thinking" where isMain: effects += said(block["thinking"]?.string, as: .thinking)
            case "tool_use": effects += began(block)
            default: break
            }
        }
        return effects
    }

    private mutating func said(_ text: String?, as kind: EntryContent.Kind) -> [AgentEffect] {
        guard let text, !text.isEmpty else { return [] }
        return entries.message(text, of: kind)
    }

    private mutating func piece(_ message: JSONValue) -> [AgentEffect] {
        guard message.isMain, let event = message["event"] else { return [] }
        switch event["type"]?.string {
        case "message_start":
            let begun = event["message"]
            return entries.flush() + (begun?["usage"].map { entries.reached($0, by: begun?["id"]?.string) } ?? [])
        case "message_delta": return event["usage"].map { entries.grew($0) } ?? []
        case "message_stop": return entries.flush()
        case "content_block_delta":
            let delta = event["delta"]
            if let text = delta?["text"]?.string { return entries.piece(text, of: .assistantMessage) }
            if let text = delta?["thinking"]?.string { return entries.piece(text, of: .thinking) }
            return []
        default: return []
        }
    }

    // MARK: Its tools

    private mutating func began(_ block: JSONValue) -> [AgentEffect] {
        guard let id = block["id"]?.string, let name = block["name"]?.string else { return [] }
        let input = block["input"] ?? [:]
        if name == "TodoWrite", let todos = input["todos"]?.array {
            return [entries.plan(todos.compactMap(PlanItem.init(todo:)))]
        }
        return entries.put(tool: id, ClaudeCodeTool(name, plan?.shown(name, input) ?? input).use(.created))
    }

    private mutating func toolResults(_ message: JSONValue) -> [AgentEffect] {
        let decisions = message["tool_result_meta"]?.array ?? []
        return (message["message"]?["content"]?.blocks ?? []).flatMap { block -> [AgentEffect] in
            guard block["type"]?.string == "tool_result", let id = block["tool_use_id"]?.string,
                let tool = entries.tool(id)
            else { return [] }
            let decision = decisions.first { $0["id"]?.string == id }?["permission_decision"]?["decision"]?.string
            let isDenied = decision == "reject" || tool.status == .pendingApproval
            let status: ToolUse.Status =
                isDenied ? .denied : block["is_error"]?.bool == true ? .failed : .success
            let words = block["content"]?.words
            if status == .success { learnPlan(tool) }
            return entries.end(
                tool: id, status, output: words,
                exitCode: tool.action == .commandRun ? Self.exitCode(status, words) : nil)
        }
    }

    private mutating func learnPlan(_ tool: ToolUse) {
        var plan = plan ?? ClaudeCodePlan()
        plan.learn(tool)
        self.plan = plan
    }

    /// A command that failed says so first: `Exit code 1`. One that ran to its end otherwise ended with 0.
    private static func exitCode(_ status: ToolUse.Status, _ words: String?) -> Int? {
        if status == .success { return words?.hasPrefix("Command running in background") == true ? nil : 0 }
        guard status == .failed, let match = words?.prefixMatch(of: #/Exit code ([0-9]{1,3})/#) else { return nil }
        return Int(match.1)
    }

    // MARK: Its own state

    private mutating func system(_ message: JSONValue) -> [AgentEffect] {
        switch message["subtype"]?.string {
        case "session_state_changed":
            tellsState = true
            return message["state"]?.string == "idle" ? endIfDone() : []
        case "permission_denied":
            let why = message["message"]?.string ?? "\(message["tool_name"]?.string ?? "A tool") was not allowed."
            let denied = message["tool_use_id"]?.string.map { entries.end(tool: $0, .denied, output: why) }
            return (denied ?? []) + [entries.add(EntryContent(.systemMessage, text: why))]
        case "api_retry":
            let error = message["error"]?.string ?? "error"
            let status = message["error_status"]?.integer.map { " \($0)" } ?? ""
            let count = "\(message["attempt"]?.integer ?? 1) of \(message["max_retries"]?.integer ?? 1)"
            let text = "The model's API does not answer (\(error)\(status)); attempt \(count)."
            return [entries.add(EntryContent(.systemMessage, text: text))]
        case "compact_boundary":
            return [entries.add(EntryContent(.systemMessage, text: "The conversation so far was summarized."))]
        default: return []
        }
    }

    private mutating func delivered(_ message: JSONValue) -> [AgentEffect] {
        tellsDelivery = true
        if message["state"]?.string != "queued" { unheard.removeAll { $0 == message["command_uuid"]?.string } }
        return []
    }
}

extension JSONValue {
    /// Whether it belongs to the conversation itself, and not to that of a subagent.
    fileprivate var isMain: Bool { self["parent_tool_use_id"]?.string == nil }

    /// A message's content: blocks, or a text alone.
    fileprivate var blocks: [JSONValue] {
        string.map { [["type": "text", "text": .string($0)]] } ?? array ?? []
    }

    /// What of a content is text.
    fileprivate var words: String {
        blocks.map { $0["text"]?.string ?? "[\($0["type"]?.string ?? typeName)]" }.joined(separator: "\n")
    }
}

extension PlanItem {
    fileprivate init?(todo: JSONValue) {
        guard let text = todo["content"]?.string else { return nil }
        self.init(text: text, status: todo["status"]?.string.flatMap(Status.init) ?? .pending)
    }
}
