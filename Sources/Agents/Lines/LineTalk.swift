import Model

/// What a talk by lines has come to so far, whatever the format.
struct LineTalk: Codable, Sendable {
    var entries: EntryWriter
    var outcome: TurnOutcome?
    private(set) var session: String?
    private(set) var lastWords: String?
    private(set) var lastError: String?

    init(nextIndex: Int) { entries = EntryWriter(nextIndex: nextIndex) }

    mutating func learn(session id: String?) -> [AgentEffect] {
        guard let id, id != session, !id.isEmpty else { return [] }
        session = id
        return [.session(id)]
    }

    mutating func said(_ text: String?, as kind: EntryContent.Kind = .assistantMessage) -> [AgentEffect] {
        guard let text, !text.isEmpty else { return [] }
        if kind == .assistantMessage { lastWords = text }
        return entries.message(text, of: kind)
    }

    /// A piece of a message that no whole one follows.
    mutating func saying(_ text: String?, as kind: EntryContent.Kind = .assistantMessage) -> [AgentEffect] {
        guard let text, !text.isEmpty else { return [] }
        if kind == .assistantMessage { lastWords = entries.isSaying(kind) ? (lastWords ?? "") + text : text }
        return entries.piece(text, of: kind)
    }

    mutating func noted(_ text: String?, as kind: EntryContent.Kind = .systemMessage) -> [AgentEffect] {
        guard let text, !text.isEmpty else { return [] }
        return entries.flush() + [entries.add(EntryContent(kind, text: text.cut()))]
    }

    /// Something went wrong; whether it was the end is told later.
    mutating func troubled(_ text: String?) -> [AgentEffect] {
        lastError = text ?? lastError
        return noted(text, as: .errorMessage)
    }

    mutating func began(_ id: String?, _ tool: LineTool) -> [AgentEffect] {
        guard let id else { return [] }
        return entries.flush() + entries.put(tool: id, tool.use(.running))
    }

    /// - Parameter tool: for agents that tell of a tool only when it has ended.
    mutating func ended(
        _ id: String?, _ status: ToolUse.Status, output: String?, _ tool: LineTool? = nil
    ) -> [AgentEffect] {
        guard let id else { return [] }
        guard entries.tool(id) == nil, let tool else { return entries.end(tool: id, status, output: output) }
        var use = tool.use(status)
        use.output = output?.cut()
        return entries.flush() + entries.put(tool: id, use)
    }

    mutating func used(_ usage: Usage) -> [AgentEffect] { entries.usage(usage) }

    /// Nothing more comes.
    mutating func settle() -> [AgentEffect] { entries.settle() + entries.usage() }

    mutating func completed(_ summary: String? = nil) {
        let words = summary.flatMap { $0.isEmpty ? nil : $0 } ?? lastWords
        outcome = outcome ?? .completed(summary: words?.cut(toBytes: EntryLimits.summaryBytesMax))
    }

    mutating func failed(_ text: String?) {
        let words = text.flatMap { $0.isEmpty ? nil : $0 } ?? lastError ?? "it failed without a reason"
        outcome = outcome ?? .failed(LineFailure(words).failure)
    }
}
