import Model

/// Turns what an agent says into numbered entries, and remembers those that are not finished.
///
/// An entry is told as soon as its number is taken, so that the numbers have no hole, wherever the hub or the agent ends.
struct EntryWriter: Codable, Sendable {
    /// Tools that an agent has begun and not ended. Agents run about ten at once; a tool beyond stays as it was begun.
    static let openToolsMax = 256
    /// 1 MiB of a message that is still being said. Beyond, only the whole message (or its first MiB) is kept.
    static let partialBytesMax = 1 << 20

    var nextIndex: Int
    private var partial: Partial?
    private var tools: [String: OpenTool] = [:]
    private var planIndex: Int?
    /// nil for nothing, and in what an older hub has stored.
    var turnUsage: TurnUsage?

    private struct Partial: Codable {
        let index: Int
        let kind: EntryContent.Kind
        var text: String
    }

    private struct OpenTool: Codable {
        let index: Int
        var tool: ToolUse
    }

    init(nextIndex: Int) {
        self.nextIndex = nextIndex
    }

    mutating func add(_ content: EntryContent) -> AgentEffect {
        defer { nextIndex += 1 }
        return .entry(index: nextIndex, content)
    }

    /// A line that belongs to no protocol.
    mutating func output(_ line: [UInt8], _ stream: OutputStream) -> AgentEffect {
        add(EntryContent(.output, text: String(decoding: line, as: UTF8.self).cut(), stream: stream))
    }

    /// The whole plan, as it is now. A run has one, which changes.
    mutating func plan(_ items: [PlanItem]) -> AgentEffect {
        let content = EntryContent(.plan, items: items)
        guard let planIndex else {
            planIndex = nextIndex
            return add(content)
        }
        return .entry(index: planIndex, content)
    }
}

// MARK: Messages that come in pieces

extension EntryWriter {
    /// Whether a message of this kind is being said.
    func isSaying(_ kind: EntryContent.Kind) -> Bool { partial?.kind == kind }

    /// The next piece of a message that will follow whole.
    mutating func piece(_ text: String, of kind: EntryContent.Kind) -> [AgentEffect] {
        guard !text.isEmpty else { return [] }
        guard var begun = partial, begun.kind == kind else {
            let effects = flush()
            partial = Partial(index: nextIndex, kind: kind, text: text)
            return effects + [add(EntryContent(kind, text: text))]
        }
        if begun.text.utf8.count + text.utf8.count <= Self.partialBytesMax { begun.text += text }
        partial = begun
        return [.delta(index: begun.index, kind, text: text)]
    }

    /// A whole message, whose pieces may have come before.
    mutating func message(_ text: String, of kind: EntryContent.Kind) -> [AgentEffect] {
        guard let begun = partial, begun.kind == kind else { return flush() + [add(EntryContent(kind, text: text))] }
        partial = nil
        return [.entry(index: begun.index, EntryContent(kind, text: text))]
    }

    /// What was said of a message that will not follow whole.
    mutating func flush() -> [AgentEffect] {
        guard let begun = partial else { return [] }
        partial = nil
        return [.entry(index: begun.index, EntryContent(begun.kind, text: begun.text))]
    }
}

// MARK: Tools, from their beginning to their end

extension EntryWriter {
    func tool(_ id: String) -> ToolUse? { tools[id]?.tool }

    /// Tells a tool as it is now, and keeps it until it has ended.
    mutating func put(tool id: String, _ tool: ToolUse) -> [AgentEffect] {
        let content = EntryContent(.toolUse, tool: tool)
        let begun = tools[id]?.index
        let isKept = tool.status.isOpen && (begun != nil || tools.count < Self.openToolsMax)
        tools[id] = isKept ? OpenTool(index: begun ?? nextIndex, tool: tool) : nil
        if let begun { return [.entry(index: begun, content)] }
        return [add(content)]
    }

    /// - Returns: nothing for a tool that is not open.
    mutating func change(tool id: String, _ body: (inout ToolUse) -> Void) -> [AgentEffect] {
        guard var tool = tools[id]?.tool else { return [] }
        body(&tool)
        return put(tool: id, tool)
    }

    mutating func end(tool id: String, _ status: ToolUse.Status, output: String? = nil, exitCode: Int? = nil)
        -> [AgentEffect]
    {
        change(tool: id) {
            $0.status = status
            $0.exitCode = exitCode ?? $0.exitCode
            $0.output = output?.cut() ?? $0.output
        }
    }

    /// Nothing that is open will be finished any more.
    mutating func settle() -> [AgentEffect] {
        let open = tools.sorted { $0.value.index < $1.value.index }
        return flush() + open.flatMap { id, open in end(tool: id, open.tool.status.settled) }
    }
}

extension ToolUse.Status {
    fileprivate var isOpen: Bool {
        switch self {
        case .created, .running, .pendingApproval: true
        case .success, .failed, .denied, .timedOut: false
        }
    }

    /// What becomes of a tool whose agent ended before the tool did.
    fileprivate var settled: ToolUse.Status {
        switch self {
        case .created, .running: .failed
        case .pendingApproval: .denied
        case .success, .failed, .denied, .timedOut: self
        }
    }
}
