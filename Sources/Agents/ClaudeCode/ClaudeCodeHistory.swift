import Model

/// A session's file of Claude Code: the messages of its protocol, each with its place in the conversation, and much beside them.
struct ClaudeCodeHistory: SessionHistory {
    private(set) var head = SessionHead()
    private(set) var readAt: Timestamp?
    private(set) var lastWords: String?
    private var dialogue = ClaudeCodeDialogue(TurnStart(prompt: ""))
    /// One answer of the model has several lines, each with the whole of what it consumed.
    private var used: [String: Usage] = [:]
    private var cost: Double?

    var usage: Usage? {
        guard !used.isEmpty else { return nil }
        var sum = used.values.reduce(Usage()) { $0.adding($1) }
        sum.costUsd = cost
        return sum
    }

    mutating func read(_ line: [UInt8]) -> [AgentEffect] {
        guard let message = JSONLine.read(line) else { return [] }
        if let moment = message["timestamp"]?.string.flatMap(Timestamp.init(_:)) {
            readAt = moment
            head.startedAt = head.startedAt ?? moment
        }
        head.id = head.id ?? message["sessionId"]?.string
        head.workingDirectory = head.workingDirectory ?? message["cwd"]?.string
        cost = message["totalCostUSD"]?.number ?? cost
        // Subagents' own talks, and what the program says to itself.
        guard message["isSidechain"]?.bool != true, message["isMeta"]?.bool != true else { return [] }
        switch message["type"]?.string {
        case "assistant":
            learn(message["message"])
            return dialogue.read(message)
        case "user": return said(message["message"]?["content"]) + dialogue.read(message)
        default: return []
        }
    }

    mutating func end() -> [AgentEffect] { dialogue.entries.settle() }

    private mutating func said(_ content: JSONValue?) -> [AgentEffect] {
        let blocks = content?.array?.compactMap { $0["type"]?.string == "text" ? $0["text"]?.string : nil }
        let text = content?.string ?? blocks?.joined(separator: "\n\n") ?? ""
        guard !text.isEmpty else { return [] }
        head.said(text)
        return dialogue.entries.flush() + [dialogue.entries.add(EntryContent(.userMessage, text: text.cut()))]
    }

    private mutating func learn(_ message: JSONValue?) {
        let words = message?["content"]?.array?.compactMap { $0["text"]?.string }.joined(separator: "\n") ?? ""
        if !words.isEmpty { lastWords = words.cut(toBytes: EntryLimits.summaryBytesMax) }
        guard let id = message?["id"]?.string, let tokens = message?["usage"] else { return }
        used[id] = Usage(
            inputTokens: tokens["input_tokens"]?.count, outputTokens: tokens["output_tokens"]?.count,
            cacheReadTokens: tokens["cache_read_input_tokens"]?.count,
            cacheCreationTokens: tokens["cache_creation_input_tokens"]?.count)
    }
}
