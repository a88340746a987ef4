import Model

/// The talk with one process of Claude Code.
///
/// When is it done? Each turn ends with a `result`, but a message that was said meanwhile may have been taken up in the
/// same turn or may wait for one of its own, and a subagent in the background may bring another turn. So the work is
/// over when the program says `idle` after a result and every message of ours was taken up. Programs too old to say
/// what they are about are done with their first result.
struct ClaudeCodeDialogue: AgentDialogue {
    /// Questions that wait at once. The program asks about one tool at a time, subagents each about theirs.
    static let questionsMax = 64

    var entries: EntryWriter
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    var session: String?
    /// What the session had cost at the last result.
    var cost: Double
    var questions: [String: Question] = [:]
    /// nil for none, and in what an older hub has stored.
    var plan: ClaudeCodePlan?
    /// Messages of ours that the program has not taken up yet, by their uuid.
    var unheard: [String] = []
    /// Whether the program tells its own state, and what becomes of our messages.
    var tellsState = false
    var tellsDelivery = false
    var interrupts = 0
    var isInterrupting = false
    /// The code of the error that the model's API gave last: `rate_limit`.
    var apiError: String?
    /// When the account's limit is lifted, as far as it is reached.
    var limitedUntil: Timestamp?
    /// How the last turn ended.
    var outcome: TurnOutcome?
    var isOver = false
    private var stderr = LastLines()

    struct Question: Codable {
        let toolId: String
        let type: Approval.Kind
        let input: JSONValue
    }

    init(_ start: TurnStart) {
        entries = EntryWriter(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
        cost = start.resume == nil ? 0 : start.costBefore ?? 0
    }

    var nextIndex: Int {
        get { entries.nextIndex }
        set { entries.nextIndex = newValue }
    }

    mutating func begin() -> [AgentEffect] {
        let effects = say(prompt ?? "", files ?? [])
        (prompt, files) = (nil, nil)
        return [request("roost-initialize", ["subtype": "initialize", "hooks": nil])] + effects
    }

    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        guard stream == .stdout else {
            stderr.append(line)
            return [entries.output(line, stream)]
        }
        guard let message = JSONLine.read(line) else { return line.isEmpty ? [] : [entries.output(line, stream)] }
        return learnSession(message) + read(message)
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        let uuid = Self.uuid(nextIndex)
        unheard.append(uuid)
        let images = files.filter(\.isImage)
        let words = files.filter { !$0.isImage }.listed(behind: message)
        let text = JSONValue.object(["type": "text", "text": .string(words)])
        let content: JSONValue =
            images.isEmpty
            ? .string(words) : .array([text] + images.map { AgentLine.image($0.given, .messages) })
        let line: JSONValue = [
            "type": "user", "message": ["role": "user", "content": content], "parent_tool_use_id": nil,
            "uuid": .string(uuid),
        ]
        return [
            entries.add(.said(message, with: files)),
            images.isEmpty ? .write(JSONLine.write(line)) : .line(AgentLine(line)),
        ]
    }

    mutating func interrupt() -> [AgentEffect] {
        guard !isOver else { return [] }
        interrupts += 1
        isInterrupting = true
        return [request("roost-interrupt-\(interrupts)", ["subtype": "interrupt"])]
    }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        guard !isOver else { return entries.settle() }
        if let outcome { return end(outcome) }
        if isInterrupting { return end(.interrupted) }
        let trouble = stderr.explaining(exit.trouble ?? "it ended without a result")
        return end(.failed(ClaudeCodeFailure(text: trouble).failure))
    }

    /// The work is over: nothing that is open will be answered any more, and the program may end.
    mutating func end(_ outcome: TurnOutcome) -> [AgentEffect] {
        let open = questions.keys.sorted().map { AgentEffect.withdraw(requestKey: $0) }
        questions = [:]
        isOver = true
        return entries.settle() + entries.usage() + open + [.turnEnded(outcome), .closeInput]
    }

    /// Ends it if nothing is owed any more.
    mutating func endIfDone() -> [AgentEffect] {
        guard !isOver, let outcome, unheard.isEmpty || !tellsDelivery else { return [] }
        return end(outcome)
    }

    /// The program wants a UUID for each message. This one follows from the message's place in the run, so that the same
    /// message, written again after a crash of the hub, is known to the program by the same name.
    static func uuid(_ index: Int) -> String {
        let digits = String(index, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}
