import Model

/// What a program printed, line by line. Nothing can be said to it.
struct CommandDialogue: AgentDialogue {
    private var entries: EntryWriter
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
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
        defer { (prompt, files) = (nil, nil) }
        let files = files ?? []
        guard let said = prompt, !(said.isEmpty && files.isEmpty) else { return [.closeInput] }
        var effects = [entries.add(.said(said, with: files))]
        let prompt = files.listed(behind: said)
        let given = CommandProgram.variable(prompt).utf8.count
        if given < prompt.utf8.count {
            let text = "\(CommandProgram.promptVariable) holds the first \(given) of \(prompt.utf8.count) bytes."
            effects.append(entries.add(EntryContent(.systemMessage, text: text)))
        }
        return effects + [.closeInput]
    }

    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        [entries.output(line, stream)]
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        return [
            entries.add(.said(message, with: files)),
            entries.add(EntryContent(.errorMessage, text: "Not delivered: a command reads no messages.")),
        ]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] { [] }

    mutating func interrupt() -> [AgentEffect] { [] }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        guard !isOver else { return [] }
        isOver = true
        let outcome = exit.trouble.map { TurnOutcome.failed(Run.Failure(.agent, $0)) }
        return [.turnEnded(outcome ?? .completed(summary: nil))]
    }
}
