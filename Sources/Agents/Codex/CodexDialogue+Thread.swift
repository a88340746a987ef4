import Model

// The thread and its turns: what we ask for, and what becomes of it.
extension CodexDialogue {
    /// Gives words to the turn that is at work, or keeps them for the next one.
    mutating func pass(_ text: String, _ images: [TurnFile] = []) -> [AgentEffect] {
        if let thread, let turn, !isInterrupting {
            let params: JSONValue = [
                "threadId": .string(thread), "expectedTurnId": .string(turn), "input": Self.input([text], images),
            ]
            let request = Request.steer(text, files: images.isEmpty ? nil : images)
            return [side.request("turn/steer", params, as: request)]
        }
        keep(text, images)
        return startTurn()
    }

    private mutating func keep(_ text: String, _ images: [TurnFile]) {
        unsaid.append(text)
        if !images.isEmpty { ungiven = (ungiven ?? []) + images }
    }

    mutating func answered(_ request: Request, _ result: JSONValue) -> [AgentEffect] {
        guard !isOver else { return [] }
        switch request {
        case .initialize: return [side.notify("initialized"), openThread()]
        case .thread:
            guard let id = result["thread"]?["id"]?.string else {
                return end(.failed(Run.Failure(.agent, "it opened a thread without an id")))
            }
            thread = id
            return [.session(id)] + startTurn()
        case .turn:
            if let id = result["turn"]?["id"]?.string { begun(id) }
            return isInterrupting ? interrupt() : []
        case .steer: return continueOrEnd()
        case .interrupt: return []
        }
    }

    mutating func refused(_ request: Request, _ error: RPCError) -> [AgentEffect] {
        guard !isOver else { return [] }
        switch request {
        case .initialize: return end(.failed(CodexFailure(message: error.message).failure))
        case .thread:
            let failure = CodexFailure(message: error.message)
            return end(resume == nil ? .failed(failure.failure) : failure.outcomeOfResume)
        case .turn:
            isTurnDue = false
            outcome = .failed(CodexFailure(message: error.message).failure)
            return continueOrEnd()
        case .steer(let text, let files):
            // It came too late: the turn had ended meanwhile.
            keep(text, files ?? [])
            return turn == nil ? continueOrEnd() : []
        case .interrupt:
            isInterrupting = false
            return [entries.add(EntryContent(.errorMessage, text: "The interrupt was refused: \(error.message)".cut()))]
        }
    }

    private mutating func openThread() -> AgentEffect {
        var params: [String: JSONValue] = [:]
        params["cwd"] = workingDirectory.map(JSONValue.string)
        params["model"] = options.model.map(JSONValue.string)
        if let mode = options.permissionMode.flatMap(PermissionMode.init) {
            params["approvalPolicy"] = .string(mode.codexApprovalPolicy)
            params["sandbox"] = .string(mode.codexSandbox)
        }
        guard let resume else { return side.request("thread/start", .object(params), as: .thread) }
        params["threadId"] = .string(resume)
        // Its history is in our rows.
        params["excludeTurns"] = true
        return side.request("thread/resume", .object(params), as: .thread)
    }

    private mutating func startTurn() -> [AgentEffect] {
        guard let thread, turn == nil, !isTurnDue, !unsaid.isEmpty, !isOver else { return [] }
        isTurnDue = true
        defer { (unsaid, ungiven) = ([], nil) }
        let input = Self.input(unsaid, ungiven ?? [])
        return [side.request("turn/start", ["threadId": .string(thread), "input": input], as: .turn)]
    }

    /// The program reads the images itself: it works where we do.
    private static func input(_ texts: [String], _ images: [TurnFile]) -> JSONValue {
        .array(
            texts.map { ["type": "text", "text": .string($0)] }
                + images.map { ["type": "localImage", "path": .string($0.path)] })
    }

    // MARK: What becomes of a turn

    mutating func begun(_ id: String) {
        guard isTurnDue else { return }
        (isTurnDue, turn, lastWords, outcome) = (false, id, nil, nil)
    }

    mutating func turnEnded(_ told: JSONValue) -> [AgentEffect] {
        guard !isOver, let id = told["id"]?.string, id == turn || isTurnDue else { return [] }
        (turn, isTurnDue) = (nil, false)
        let effects = entries.settle()
        switch told["status"]?.string {
        case "interrupted":
            outcome = .interrupted
            // Not by us: the denial of a question may end a turn as well.
            return effects + (isInterrupting || unsaid.isEmpty ? end(.interrupted) : continueOrEnd())
        case "failed":
            outcome = .failed(CodexFailure(told["error"] ?? [:], until: limitedUntil).failure)
        default:
            outcome = .completed(summary: lastWords?.cut(toBytes: EntryLimits.summaryBytesMax))
        }
        return effects + continueOrEnd()
    }

    /// Goes on with what was said meanwhile; the work is over when there is nothing, and nothing is under way.
    private mutating func continueOrEnd() -> [AgentEffect] {
        guard !isOver, turn == nil, !isTurnDue else { return [] }
        if isInterrupting { return end(.interrupted) }
        let isSteering = side.pending.values.contains { if case .steer = $0 { true } else { false } }
        if isSteering { return [] }
        if !unsaid.isEmpty { return startTurn() }
        return outcome.map { end($0) } ?? []
    }
}

extension PermissionMode {
    /// When Codex asks.
    fileprivate var codexApprovalPolicy: String {
        switch self {
        case .default: "untrusted"
        case .acceptEdits, .plan: "on-request"
        case .bypassPermissions: "never"
        }
    }

    /// What the commands that it runs may touch.
    fileprivate var codexSandbox: String {
        switch self {
        case .default, .acceptEdits: "workspace-write"
        case .plan: "read-only"
        case .bypassPermissions: "danger-full-access"
        }
    }
}
