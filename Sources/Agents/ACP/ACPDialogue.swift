import Model

/// The talk with one agent over the Agent Client Protocol: JSON-RPC 2.0, requests in both directions.
///
/// We are its client: we open a session in the worktree, prompt it, answer its questions, and read, write and run for
/// it. A prompt is a turn; what is said meanwhile waits for the next one, since the protocol has no place for it.
struct ACPDialogue: RPCDialogue {
    static let protocolVersion: Int64 = 1
    /// Questions that wait at once: agents ask about one tool at a time, their subagents each about theirs.
    static let questionsMax = 64
    /// Services that are under way at once: waits for terminals are among them.
    static let servicesMax = 64
    /// Reasons that are told, each once: an agent that tries the same again and again is not prompted for ever.
    static let reasonsMax = 16
    /// Tools that have ended and may be told of once more.
    static let endedToolsMax = 256

    enum Request: Codable, Sendable {
        case initialize, authenticate, newSession, loadSession, setMode, setModel, prompt
    }

    struct Question: Codable, Sendable {
        enum Kind: String, Codable {
            case permission, elicitation, cursorQuestion, cursorPlan
        }
        let id: JSONValue
        let kind: Kind
        let params: JSONValue
    }

    struct Message: Codable, Sendable {
        var id: String?
        /// Its beginning, as much as a summary takes.
        var words = ""
    }

    var entries: EntryWriter
    var side = RPCSide<Request>(isTagged: true)
    let options: RunOptions
    let resume: String?
    let workingDirectory: String
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    /// What was said and not yet prompted, and the files with it.
    var unsaid: [String] = []
    var ungiven: [TurnFile]?
    var capabilities: JSONValue = [:]
    /// The ways to log in that it offers; nil in what an older hub has stored.
    var logins: [String]?
    /// The one that was tried.
    var login: String?
    var session: String?
    /// It tells the session's past, which is in our rows.
    var isReplaying = false
    /// A mode that it has no name for is ours to keep: what is allowed without asking.
    var allows = ACPAllowance.nothing
    /// Requests of ours to set it up, which come before the first prompt.
    var settingUp = 0
    var questions: [String: Question] = [:]
    /// Requests of its own that the hub is performing, by key.
    var services: [String: JSONValue] = [:]
    var tools = ACPTools()
    /// The message that is being said, and what was said of it.
    var message = Message()
    /// What the session has cost so far, as it was told last.
    var cost: Double?
    var costBefore: Double
    /// Why something was denied, as far as it was told; nil for none, and in what an older hub has stored.
    var reasons: [String]?
    var isInterrupting = false
    var outcome: TurnOutcome?
    var isOver = false
    var stderr = LastLines()

    init(_ start: TurnStart) {
        entries = EntryWriter(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
        options = start.options
        resume = start.resume
        workingDirectory = start.workingDirectory ?? "/"
        costBefore = start.resume == nil ? 0 : start.costBefore ?? 0
    }

    mutating func begin() -> [AgentEffect] {
        let effects = say(prompt ?? "", files ?? [])
        (prompt, files) = (nil, nil)
        let params: JSONValue = [
            "protocolVersion": .integer(Self.protocolVersion),
            "clientInfo": ["name": "roost", "title": "Roost", "version": "1"],
            "clientCapabilities": [
                "fs": ["readTextFile": true, "writeTextFile": true], "terminal": true, "elicitation": ["form": [:]],
            ],
        ]
        return effects + [side.request("initialize", params, as: .initialize)]
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        unsaid.append(message)
        if !files.isEmpty { ungiven = (ungiven ?? []) + files }
        return entries.flush() + [entries.add(.said(message, with: files))] + promptNext()
    }

    mutating func interrupt() -> [AgentEffect] {
        guard !isOver else { return [] }
        isInterrupting = true
        guard let session else { return [] }
        let open = questions.values.sorted { $0.id.requestKey < $1.id.requestKey }
        questions = [:]
        return [side.notify("session/cancel", ["sessionId": .string(session)])]
            + open.flatMap { [side.reply($0.id, $0.cancelled), .withdraw(requestKey: $0.id.requestKey)] }
    }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        guard !isOver else { return entries.settle() }
        if isInterrupting { return end(.interrupted) }
        let trouble = stderr.explaining(exit.trouble ?? "it ended without a result")
        return end(.failed(ACPFailure(message: trouble).failure))
    }

    /// The work is over: nothing that is open will be answered any more, and the program may end.
    mutating func end(_ outcome: TurnOutcome) -> [AgentEffect] {
        let open = questions.keys.sorted().map { AgentEffect.withdraw(requestKey: $0) }
        (questions, services) = ([:], [:])
        isOver = true
        return entries.settle() + entries.usage() + open + [.turnEnded(outcome), .closeInput]
    }
}
