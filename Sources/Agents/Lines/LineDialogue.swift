import Model

/// The talk with an agent that prints lines and hears one prompt, over its standard input.
struct LineDialogue<Format: LineFormat>: AgentDialogue {
    /// By this it is told from the agent's other dialogue when it is read again.
    var isByLines = true
    private var format = Format()
    private var talk: LineTalk
    /// Until `begin`.
    private var prompt: String?
    private var files: [TurnFile]?
    /// It was to go on with a session; nil in what an older hub has stored.
    private var isResumed: Bool?
    private var isInterrupting = false
    private var isOver = false
    private var stderr = LastLines()

    init(_ start: TurnStart) {
        talk = LineTalk(nextIndex: start.nextIndex)
        (prompt, files) = (start.prompt, start.files)
        isResumed = start.resume != nil
    }

    var nextIndex: Int {
        get { talk.entries.nextIndex }
        set { talk.entries.nextIndex = newValue }
    }

    mutating func begin() -> [AgentEffect] {
        defer { (prompt, files) = (nil, nil) }
        let (prompt, files) = (prompt ?? "", files ?? [])
        let words = files.listed(behind: prompt)
        return [talk.entries.add(.said(prompt, with: files)), .write(Array(words.utf8)), .closeInput]
    }

    mutating func receive(_ line: [UInt8], from stream: OutputStream) -> [AgentEffect] {
        guard stream == .stdout else {
            stderr.append(line)
            return [talk.entries.output(line, stream)]
        }
        guard let message = JSONLine.read(line) else {
            guard !line.isEmpty else { return [] }
            // A model or plan error can be a bare line.
            stderr.append(line)
            return [talk.entries.output(line, stream)]
        }
        let effects = format.read(message, &talk)
        // One that has said how it went and does not go is ended by the hub.
        guard Format.tellsEnd, !isOver, let outcome = talk.outcome else { return effects }
        return effects + end(outcome)
    }

    mutating func say(_ message: String, _ files: [TurnFile]) -> [AgentEffect] {
        guard !isOver else { return [] }
        return [
            talk.entries.add(.said(message, with: files)),
            talk.entries.add(
                EntryContent(
                    .errorMessage, text: "Not delivered: \(Format.program) hears one prompt in this interface.")),
        ]
    }

    mutating func answer(_ requestKey: String, with decision: Approval.Decision) -> [AgentEffect] { [] }

    mutating func interrupt() -> [AgentEffect] {
        isInterrupting = true
        return []
    }

    mutating func exited(_ exit: AgentExit) -> [AgentEffect] {
        guard !isOver else { return talk.settle() }
        if isInterrupting { return end(.interrupted) }
        if let outcome = talk.outcome { return end(outcome) }
        if !Format.tellsEnd, exit.trouble == nil {
            talk.completed()
            return end(talk.outcome ?? .interrupted)
        }
        let words = talk.lastError ?? stderr.explaining(exit.trouble ?? "it ended without a result")
        if isResumed == true, talk.session == nil, let unknown = Format.unknownSession, words.contains(unknown) {
            return end(.sessionLost(words.cut(toBytes: EntryLimits.summaryBytesMax)))
        }
        var failure = LineFailure(words).failure
        if let known = exit.code.flatMap(Format.failureClass) { failure.class = known }
        return end(.failed(failure))
    }

    private mutating func end(_ outcome: TurnOutcome) -> [AgentEffect] {
        isOver = true
        return talk.settle() + [.turnEnded(outcome)]
    }
}
