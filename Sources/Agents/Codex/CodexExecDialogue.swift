import Model

/// What `codex exec --json` tells. It hears one prompt and asks nobody.
struct CodexExecDialogue: AgentDialogue {
    /// By this it is told from the other dialogue of the program when it is read again.
    var isExec = true
    private var entries: EntryWriter
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    private let workingDirectory: String?
    private let isResumed: Bool
    private var thread: String?
    private var lastWords: String?
    private var lastError: String?
    private var outcome: TurnOutcome?
    private var isInterrupting = false
    private var isOver = false
    private var stderr = LastLines()

    init(_ start: TurnStart) {
        entries = EntryWriter(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
        workingDirectory = start.workingDirectory
        isResumed = start.resume != nil
    }

    var nextIndex: Int {
        get { entries.nextIndex }
        set { entries.nextIndex = newValue }
    }

    mutating func begin() -> [AgentEffect] {
        defer { (prompt, files) = (nil, nil) }
        let (prompt, files) = (prompt ?? "", files ?? [])
        // Images stand on its command line.
        let words = files.filter { !$0.isImage }.listed(behind: prompt)
        return [entries.add(.said(prompt, with: files)), .write(Array(words.utf8)), .closeInput]
    }

    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        guard stream == .stdout else {
            stderr.append(line)
            return [entries.output(line, stream)]
        }
        guard let message = JSONLine.read(line) else { return line.isEmpty ? [] : [entries.output(line, stream)] }
        switch message["type"]?.string {
        case "thread.started":
            thread = message["thread_id"]?.string
            return thread.map { [.session($0)] } ?? []
        case "item.started", "item.updated", "item.completed":
            return item(message["item"] ?? [:], isDone: message["type"]?.string == "item.completed")
        case "turn.completed":
            outcome = .completed(summary: lastWords?.cut(toBytes: EntryLimits.summaryBytesMax))
            return usage(message["usage"] ?? [:])
        case "turn.failed":
            let text = message["error"]?["message"]?.string ?? lastError ?? "it failed without a reason"
            outcome = .failed(CodexFailure(message: text).failure)
            return []
        case "error":
            lastError = message["message"]?.string
            return lastError.map { [entries.add(EntryContent(.systemMessage, text: $0.cut()))] } ?? []
        default: return []
        }
    }

    private mutating func item(_ item: JSONValue, isDone: Bool) -> [AgentEffect] {
        guard let id = item["id"]?.string else { return [] }
        let text = item["text"]?.string ?? item["message"]?.string ?? ""
        switch item["type"]?.string {
        case "agent_message", "plan":
            lastWords = text
            return text.isEmpty ? [] : entries.message(text, of: .assistantMessage)
        case "reasoning": return text.isEmpty ? [] : entries.message(text, of: .thinking)
        case "error": return text.isEmpty ? [] : [entries.add(EntryContent(.systemMessage, text: text.cut()))]
        case "todo_list":
            let items = (item["items"]?.array ?? []).compactMap { item in
                item["text"]?.string.map {
                    PlanItem(text: $0, status: item["completed"]?.bool == true ? .completed : .pending)
                }
            }
            return [entries.plan(items)]
        default:
            return CodexItem(item, in: workingDirectory, isDone: isDone).tool.map { entries.put(tool: id, $0) } ?? []
        }
    }

    /// The totals of a thread that was resumed hold what it used before, of which nothing is known here.
    private mutating func usage(_ counts: JSONValue) -> [AgentEffect] {
        guard !isResumed else { return [] }
        let usage = CodexTokens.Counts(execution: counts).usage
        return entries.usage(usage)
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        return [
            entries.add(.said(message, with: files)),
            entries.add(EntryContent(.errorMessage, text: "Not delivered: `codex exec` hears one prompt.")),
        ]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] { [] }

    mutating func interrupt() -> [AgentEffect] {
        isInterrupting = true
        return []
    }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        guard !isOver else { return [] }
        isOver = true
        let trouble = exit.trouble ?? "it ended without a result"
        let failure = CodexFailure(message: lastError ?? stderr.explaining(trouble))
        let failed = isResumed && thread == nil ? failure.outcomeOfResume : .failed(failure.failure)
        return entries.settle() + [.turnEnded(outcome ?? (isInterrupting ? .interrupted : failed))]
    }
}
