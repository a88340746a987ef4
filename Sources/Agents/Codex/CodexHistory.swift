import Model

/// A `rollout-….jsonl` of Codex: what went to the model and came from it (`response_item`), and what the program told beside that.
struct CodexHistory: SessionHistory {
    /// What the program says in the user's name begins so.
    private static let notTheUsers = [
        "<environment_context>", "<user_instructions>", "# AGENTS.md instructions", "<turn_aborted>", "<skill",
    ]

    private(set) var head = SessionHead()
    private(set) var readAt: Timestamp?
    private(set) var usage: Usage?
    private(set) var lastWords: String?
    private var entries = EntryWriter(nextIndex: 0)

    mutating func read(_ line: [UInt8]) -> [AgentEffect] {
        guard let message = JSONLine.read(line), let payload = message["payload"] else { return [] }
        readAt = message["timestamp"]?.string.flatMap(Timestamp.init(_:)) ?? readAt
        switch message["type"]?.string {
        case "session_meta":
            head.id = head.id ?? payload["id"]?.string ?? payload["session_id"]?.string
            head.workingDirectory = head.workingDirectory ?? payload["cwd"]?.string
            head.startedAt = head.startedAt ?? payload["timestamp"]?.string.flatMap(Timestamp.init(_:)) ?? readAt
            return []
        case "event_msg":
            if payload["type"]?.string == "token_count", let total = payload["info"]?["total_token_usage"] {
                usage = CodexTokens.Counts(execution: total).usage
            }
            return []
        case "response_item": return item(payload)
        default: return []
        }
    }

    mutating func end() -> [AgentEffect] { entries.settle() }

    private mutating func item(_ item: JSONValue) -> [AgentEffect] {
        let call = item["call_id"]?.string ?? item["id"]?.string ?? ""
        switch item["type"]?.string {
        case "message": return message(item["role"]?.string, Self.words(item["content"]))
        case "reasoning":
            let text = Self.words(item["summary"])
            return text.isEmpty ? [] : entries.message(text.cut(), of: .thinking)
        case "function_call": return began(call, item["name"]?.string, Self.arguments(item["arguments"]))
        case "custom_tool_call": return began(call, item["name"]?.string, item["input"].map { ["input": $0] })
        case "local_shell_call":
            let argv = item["action"]?["command"]?.array?.compactMap(\.string) ?? []
            return began(call, "shell", ["command": .string(argv.joined(separator: " "))])
        case "web_search_call":
            return began(call, "web_search", item["action"]) + entries.end(tool: call, .success)
        case "function_call_output", "custom_tool_call_output", "local_shell_call_output":
            return ended(call, item["output"])
        default: return []
        }
    }

    private mutating func message(_ role: String?, _ text: String) -> [AgentEffect] {
        guard !text.isEmpty else { return [] }
        switch role {
        case "user":
            guard !Self.notTheUsers.contains(where: text.hasPrefix) else { return [] }
            head.said(text)
            return entries.flush() + [entries.add(EntryContent(.userMessage, text: text.cut()))]
        case "assistant":
            lastWords = text.cut(toBytes: EntryLimits.summaryBytesMax)
            return entries.message(text.cut(), of: .assistantMessage)
        default: return []
        }
    }

    private mutating func began(_ id: String, _ name: String?, _ input: JSONValue?) -> [AgentEffect] {
        let name = name ?? "tool"
        let line =
            input?["cmd"]?.string ?? input?["command"]?.string
            ?? input?["command"]?.array?.compactMap(\.string).joined(separator: " ")
        let patch = line?.contains("*** Begin Patch") == true || name == "apply_patch"
        let action: ToolUse.Action =
            patch ? .fileEdit : line != nil ? .commandRun : name == "web_search" ? .webFetch : .tool
        if name == "update_plan", let steps = input?["plan"]?.array {
            return [entries.plan(steps.compactMap(PlanItem.init(codexStep:)))]
        }
        let title = (patch ? Self.files(line ?? input?["input"]?.string ?? "") : line.map(ShellWords.unwrapped)) ?? name
        return entries.put(
            tool: id,
            ToolUse(name: name, action: action, status: .running, title: title.title, input: input?.cuttingText()))
    }

    private mutating func ended(_ id: String, _ output: JSONValue?) -> [AgentEffect] {
        let text = output?.string ?? output?["content"]?.string ?? Self.words(output)
        let code = text.firstMatch(of: #/(?:Exit code:|exited with code) ([0-9]{1,3})/#).flatMap { Int($0.1) }
        let isGood = output?["success"]?.bool ?? ((code ?? 0) == 0)
        return entries.end(tool: id, isGood ? .success : .failed, output: text, exitCode: code)
    }

    /// The files that a patch names.
    private static func files(_ patch: String) -> String? {
        let names = patch.split(separator: "\n").compactMap { line in
            line.prefixMatch(of: #/\*\*\* (?:Add|Update|Delete) File: (.+)/#).map { String($0.1) }
        }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    /// JSON in a text.
    private static func arguments(_ text: JSONValue?) -> JSONValue? {
        text?.string.flatMap { JSONLine.read(Array($0.utf8)) } ?? text
    }

    private static func words(_ content: JSONValue?) -> String {
        content?.string ?? content?.array?.compactMap { $0["text"]?.string }.joined(separator: "\n") ?? ""
    }
}
