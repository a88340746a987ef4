import Model

/// The talk with one `codex app-server`: JSON-RPC over its standard streams, requests in both directions.
///
/// A thread is the conversation, and has turns. A message that comes while a turn is at work steers it; one that comes
/// too late opens a turn of its own. The work is over when a turn has ended and nothing that was said is left.
struct CodexDialogue: RPCDialogue {
    /// Questions that wait at once: the program asks about one thing at a time, its subagents each about theirs.
    static let questionsMax = 64

    enum Request: Codable, Sendable {
        case initialize, thread, interrupt
        case turn
        /// The words and files, should they come too late.
        case steer(String, files: [TurnFile]?)
    }

    struct Question: Codable, Sendable {
        enum Kind: String, Codable {
            case command, patch, permissions, form, elicitation, legacyCommand, legacyPatch
        }
        let id: JSONValue
        let kind: Kind
        let params: JSONValue
        /// The item that it is about.
        let itemID: String?
    }

    var entries: EntryWriter
    var side = RPCSide<Request>(isTagged: false)
    let options: RunOptions
    let resume: String?
    let workingDirectory: String?
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    /// What was said and not yet given to a turn, and the files with it.
    var unsaid: [String] = []
    var ungiven: [TurnFile]?
    var thread: String?
    /// The turn that is at work.
    var turn: String?
    /// A turn was asked for and has not shown itself.
    var isTurnDue = false
    var questions: [String: Question] = [:]
    var tokens = CodexTokens()
    var isInterrupting = false
    /// What the turn's last message said.
    var lastWords: String?
    /// When the account's limits are lifted, as far as one of them is reached.
    var limitedUntil: Timestamp?
    /// How the last turn ended.
    var outcome: TurnOutcome?
    var isOver = false
    var stderr = LastLines()

    init(_ start: TurnStart) {
        entries = EntryWriter(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
        options = start.options
        resume = start.resume
        workingDirectory = start.workingDirectory
    }

    mutating func begin() -> [AgentEffect] {
        let effects = say(prompt ?? "", files ?? [])
        (prompt, files) = (nil, nil)
        let client: JSONValue = ["name": "roost", "title": "Roost", "version": "1"]
        return effects + [
            side.request("initialize", ["clientInfo": client, "capabilities": nil], as: .initialize)
        ]
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        let words = files.filter { !$0.isImage }.listed(behind: message)
        return [entries.add(.said(message, with: files))] + pass(words, files.filter(\.isImage))
    }

    mutating func interrupt() -> [AgentEffect] {
        guard !isOver else { return [] }
        isInterrupting = true
        guard let thread, let turn else { return [] }
        let params: JSONValue = ["threadId": .string(thread), "turnId": .string(turn)]
        return [side.request("turn/interrupt", params, as: .interrupt)]
    }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        guard !isOver else { return entries.settle() }
        if isInterrupting { return end(.interrupted) }
        if let outcome, turn == nil, !isTurnDue { return end(outcome) }
        let trouble = stderr.explaining(exit.trouble ?? "it ended without a result")
        return end(.failed(CodexFailure(message: trouble).failure))
    }

    /// The work is over: nothing that is open will be answered any more, and the program may end.
    mutating func end(_ outcome: TurnOutcome) -> [AgentEffect] {
        let open = questions.keys.sorted().map { AgentEffect.withdraw(requestKey: $0) }
        questions = [:]
        isOver = true
        return entries.settle() + entries.usage() + open + [.turnEnded(outcome), .closeInput]
    }
}
