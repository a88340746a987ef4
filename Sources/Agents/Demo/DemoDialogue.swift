import Model

/// The talk with the demo agent: JSON lines in both directions.
struct DemoDialogue: AgentDialogue {
    /// 16 prompts behind the one that it works on, and 1 MiB a line: what the agent accepts.
    static let promptsWaitingMax = 16
    static let inputLineBytesMax = 1 << 20

    private var entries: EntryWriter
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    /// Prompts that the agent was given and has not ended.
    private var owed = 0
    /// Approval → the tool it is about.
    private var questions: [String: String] = [:]
    private var stderr = LastLines()
    private var isOver = false

    init(_ start: TurnStart) {
        entries = EntryWriter(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
    }

    var nextIndex: Int {
        get { entries.nextIndex }
        set { entries.nextIndex = newValue }
    }

    mutating func begin() -> [AgentEffect] {
        let effects = say(prompt ?? "", files ?? [])
        (prompt, files) = (nil, nil)
        return owed > 0 ? effects : effects + end(.failed(Run.Failure(.user, "the prompt could not be delivered")))
    }

    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        guard stream == .stdout else {
            stderr.append(line)
            return [entries.output(line, stream)]
        }
        guard let message = JSONLine.read(line) else { return line.isEmpty ? [] : [entries.output(line, stream)] }
        return read(message)
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        let line = JSONLine.write(["type": "prompt", "text": .string(files.listed(behind: message))])
        let said = entries.add(.said(message, with: files))
        if line.count > Self.inputLineBytesMax {
            return [said, refusal("it is longer than \(Self.inputLineBytesMax) bytes")]
        }
        if owed > Self.promptsWaitingMax {
            return [said, refusal("\(Self.promptsWaitingMax) messages wait already")]
        }
        owed += 1
        return [said, .write(line)]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] {
        guard questions.removeValue(forKey: requestKey) != nil else { return [] }
        var answer: [String: JSONValue] = [
            "type": "approval", "id": .string(requestKey),
            "decision": .string(decision.decision == .approve ? "approve" : "deny"),
        ]
        if let reason = decision.reason { answer["reason"] = .string(reason) }
        return [.write(JSONLine.write(.object(answer)))]
    }

    mutating func interrupt() -> [AgentEffect] {
        isOver ? [] : [.write(JSONLine.write(["type": "interrupt"]))]
    }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        let trouble = stderr.explaining(exit.trouble ?? "it ended without a result")
        return isOver ? entries.settle() : end(.failed(Run.Failure(.agent, trouble)))
    }

    private mutating func refusal(_ why: String) -> AgentEffect {
        entries.add(EntryContent(.errorMessage, text: "Not delivered: \(why)."))
    }

    private mutating func end(_ outcome: TurnOutcome) -> [AgentEffect] {
        let open = questions.keys.sorted().map { AgentEffect.withdraw(requestKey: $0) }
        questions = [:]
        isOver = true
        return entries.settle() + open + [.turnEnded(outcome), .closeInput]
    }
}

// MARK: What the agent says

extension DemoDialogue {
    private mutating func read(_ message: JSONValue) -> [AgentEffect] {
        let text = message["text"]?.string ?? ""
        switch message["type"]?.string {
        case "session": return message["sessionId"]?.string.map { [.session($0)] } ?? []
        case "thinking": return entries.message(text, of: .thinking)
        case "plan": return [entries.plan(message["items"]?.array?.compactMap(PlanItem.init(demo:)) ?? [])]
        case "delta": return entries.piece(text, of: .assistantMessage)
        case "message": return entries.message(text, of: .assistantMessage)
        case "tool": return tool(message)
        case "approval": return ask(message)
        case "usage": return usage(message)
        case "result": return result(message)
        case "error": return [entries.add(EntryContent(.errorMessage, text: text))]
        default: return []
        }
    }

    private mutating func tool(_ message: JSONValue) -> [AgentEffect] {
        guard let id = message["id"]?.string, let tool = ToolUse(demo: message) else { return [] }
        // A tool that goes on without our answer, because the turn was interrupted, is not waited for any more.
        let unanswered = questions.first { $0.value == id }?.key
        if let unanswered { questions[unanswered] = nil }
        return entries.put(tool: id, tool) + (unanswered.map { [.withdraw(requestKey: $0)] } ?? [])
    }

    private mutating func ask(_ message: JSONValue) -> [AgentEffect] {
        guard !isOver, let id = message["id"]?.string, let toolId = message["toolId"]?.string,
            var tool = ToolUse(demo: message)
        else { return [] }
        questions[id] = toolId
        tool.status = .pendingApproval
        let question = AgentQuestion(
            requestKey: id, type: tool.action == .commandRun ? .command : .tool,
            title: (message["title"]?.string ?? tool.title).title, tool: tool.name, input: message["input"])
        return entries.put(tool: toolId, tool) + [.ask(question)]
    }

    private mutating func usage(_ message: JSONValue) -> [AgentEffect] {
        entries.usage(
            Usage(
                inputTokens: message["inputTokens"]?.integer.map(Int.init),
                outputTokens: message["outputTokens"]?.integer.map(Int.init), costUsd: message["costUsd"]?.number))
    }

    private mutating func result(_ message: JSONValue) -> [AgentEffect] {
        guard !isOver else { return [] }
        owed -= 1
        guard owed <= 0 else { return entries.flush() }
        let summary = message["summary"]?.string?.cut(toBytes: EntryLimits.summaryBytesMax)
        switch message["status"]?.string {
        case "success": return end(.completed(summary: summary))
        case "interrupted": return end(.interrupted)
        default: return end(.failed(Run.Failure(.agent, summary ?? "it ended with an error")))
        }
    }
}

extension PlanItem {
    fileprivate init?(demo item: JSONValue) {
        guard let text = item["text"]?.string else { return nil }
        self.init(text: text, status: item["status"]?.string.flatMap(Status.init) ?? .pending)
    }
}

extension ToolUse {
    /// - Parameter message: a `tool` or an `approval`.
    fileprivate init?(demo message: JSONValue) {
        guard let name = message["name"]?.string ?? message["tool"]?.string else { return nil }
        let input = message["input"]
        let (action, title): (Action, String?) =
            switch name {
            case "read_file": (.fileRead, input?["path"]?.string)
            case "edit_file": (.fileEdit, input?["path"]?.string)
            case "run_command": (.commandRun, input?["argv"]?.array?.compactMap(\.string).joined(separator: " "))
            default: (.tool, nil)
            }
        let status: Status =
            switch message["status"]?.string {
            case "succeeded": .success
            case "failed": .failed
            case "denied": .denied
            default: .running
            }
        self.init(
            name: name, action: action, status: status, title: (title ?? name).title, input: input?.cuttingText(),
            output: message["output"]?.string?.cut())
    }
}
