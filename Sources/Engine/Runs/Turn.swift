import Agents
import Journal
import Keeper
import Model

/// The talk with one process, inside one unit of work: the rows are read, the dialogue decides, and what it wants
/// becomes rows again. Nothing of it lives on between two units of work, so nothing can be lost in between.
struct Turn {
    let tx: Transaction
    let project: Project
    var run: Run
    var process: ChildProcess
    var record: TurnRecord
    private(set) var live: [LiveUpdate] = []
    private var dialogue: any AgentDialogue
    private var progress: ProcessProgress
    private let approvalExpirySeconds: Int
    private let files: PromptFiles
    private var isRunChanged = false

    /// - Returns: nil when the process's talk is over and nothing of it is kept any more.
    init?(_ process: ChildProcess.ID, in tx: Transaction, catalog: AgentCatalog, settings: EngineSettings) throws {
        guard let row = try tx.get(process), let progress = try tx.progress(of: process) else { return nil }
        self.tx = tx
        self.process = row
        self.progress = progress
        run = try tx.required(row.runId)
        project = try tx.required(row.projectId)
        record = try TurnRecord(decoding: progress.dialogue)
        dialogue = try catalog.program(for: record.provider).restore(Array(record.dialogue.utf8))
        approvalExpirySeconds = settings.approvalExpirySeconds
        files = PromptFiles(settings)
    }

    /// The first words of a new process.
    init(
        starting process: ChildProcess, of run: Run, in project: Project, with dialogue: any AgentDialogue,
        tx: Transaction, settings: EngineSettings
    ) throws {
        self.tx = tx
        self.process = process
        self.run = run
        self.project = project
        self.dialogue = dialogue
        record = try TurnRecord(provider: run.provider, dialogue: dialogue)
        progress = ProcessProgress(stdoutOffset: 0, stderrOffset: 0, dialogue: [])
        approvalExpirySeconds = settings.approvalExpirySeconds
        files = PromptFiles(settings)
        try apply(self.dialogue.begin())
    }

    /// Nothing that the agent is told can reach it any more, or it has said that it is done.
    var isOver: Bool { record.outcome != nil }

    mutating func receive(_ lines: [[UInt8]], from stream: OutputStream, upTo offset: Int) throws {
        for line in lines { try apply(dialogue.receive(line, from: stream)) }
        progress.heardAt = tx.now
        if run.stalledSince != nil { (run.stalledSince, isRunChanged) = (nil, true) }
        switch stream {
        case .stdout: (progress.stdoutOffset, process.stdoutBytes) = (offset, offset)
        case .stderr: (progress.stderrOffset, process.stderrBytes) = (offset, offset)
        }
    }

    /// What a bot reports, beside what it reported before.
    mutating func report(_ items: [[UInt8]]) throws {
        try receive(items, from: .stdout, upTo: progress.stdoutOffset + items.reduce(0) { $0 + $1.count })
    }

    func offset(of stream: OutputStream) -> Int {
        switch stream {
        case .stdout: progress.stdoutOffset
        case .stderr: progress.stderrOffset
        }
    }

    mutating func say(_ text: String, _ files: [TurnFile] = []) throws { try apply(dialogue.say(text, files)) }

    /// Tells the agent to stop, if its protocol knows how.
    mutating func interrupt() throws {
        let effects = dialogue.interrupt()
        record.wasInterrupted = !effects.isEmpty
        try apply(effects)
    }

    /// Tells the agent what became of a service; nothing when it was told already.
    mutating func performed(_ key: String, _ result: AgentServiceResult) throws {
        guard record.services?.removeValue(forKey: key) != nil else { return }
        try apply(dialogue.performed(key, result))
    }

    mutating func exited(_ exit: AgentExit) throws { try apply(dialogue.exited(exit)) }

    /// The hub's own words, as an entry among the agent's.
    mutating func note(_ kind: EntryContent.Kind, _ text: String) throws {
        try apply([.entry(index: dialogue.nextIndex, EntryContent(kind, text: text))])
        dialogue.nextIndex += 1
    }

    /// Passes a decision on to the agent, and lets the run go on when nothing else is open.
    mutating func answer(_ approval: Approval, with decision: Approval.Decision) throws {
        try apply(dialogue.answer(approval.requestKey, with: decision))
        try resumeIfAnswered()
    }

    /// Writes back what has changed.
    mutating func store() throws {
        try record.store(dialogue)
        progress.dialogue = try record.encoded()
        try tx.setProgress(progress, of: process.id)
        // First: what it has spent is counted in the rows.
        if isRunChanged {
            run.touch(at: tx.now)
            try tx.put(run, as: .runUpdated)
            isRunChanged = false
        }
        try pauseIfSpent()
    }

    private mutating func apply(_ effects: [AgentEffect]) throws {
        for effect in effects {
            switch effect {
            case .write(let bytes): try write(bytes)
            case .line(let line): try write(line.bytes { try tx.get($0).flatMap(files.base64) })
            case .closeInput: try tx.closeInput(of: process.id)
            case .session(let id):
                isRunChanged = isRunChanged || run.sessionId != id
                run.sessionId = id
            case .entry(let index, let content): try put(content, at: index)
            case .delta(let index, let kind, let text):
                live.append(
                    LiveUpdate(
                        projectId: run.projectId, cardId: run.cardId, runId: run.id, index: index, kind: kind,
                        text: text))
            case .ask(let question): try ask(question)
            case .withdraw(let key): try withdraw(key)
            case .usage(let usage):
                run.usage = run.usage?.adding(usage) ?? usage
                run.sessionCostUsd = usage.costUsd.map { (run.sessionCostUsd ?? 0) + $0 } ?? run.sessionCostUsd
                isRunChanged = true
            case .perform(let key, let service):
                record.services = (record.services ?? [:]).merging([key: service]) { $1 }
            case .turnEnded(let outcome): record.outcome = outcome
            }
        }
    }

    private func write(_ bytes: [UInt8]) throws {
        // Its input was closed by a verb that ended the run: nobody reads what a late question would be answered.
        guard try !tx.inputClosed(of: process.id) else { return }
        _ = try tx.appendInput(bytes, of: process.id)
    }

    private mutating func put(_ content: EntryContent, at index: Int) throws {
        // What was typed of it before is in it, and would come after it.
        live.removeAll { $0.index == index }
        if var entry = try tx.entry(of: run.id, index: index) {
            guard entry.content != content else { return }
            let before = entry.content
            entry.content = content
            entry.updatedAt = tx.now
            try tx.put(entry, as: .entryUpdated)
            try record(entry, after: before)
        } else {
            let entry = Entry(
                id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, processId: process.id,
                index: index, content: content, at: tx.now)
            try tx.put(entry, as: .entryAdded)
            try record(entry, after: nil)
        }
    }

    /// A command that has ended is told once more, by itself.
    private func record(_ entry: Entry, after before: EntryContent?) throws {
        guard let command = RecordedCommand(entry), before?.tool.map({ RecordedCommand.hasEnded($0) }) != true else {
            return
        }
        try tx.note(
            .commandRecorded, about: entry.context,
            severity: entry.content.tool?.status == .failed ? .warning : .info, data: command)
    }

    private mutating func ask(_ question: AgentQuestion) throws {
        // A run that a verb has ended asks nobody anything.
        guard run.holdsPlace else { return }
        var approval = Approval(
            id: tx.make(), projectId: run.projectId, cardId: run.cardId, runId: run.id, processId: process.id,
            requestKey: question.requestKey, type: question.type, title: question.title, tool: question.tool,
            input: question.input, at: tx.now,
            expiresAt: tx.now.adding(milliseconds: Int64(approvalExpirySeconds) * 1_000))
        try tx.put(approval, as: .approvalRequested)
        let policy = try tx.policy(of: project)
        let subject = PolicySubject(question)
        let ruling =
            run.purpose == nil
            ? policy.ruling(on: subject, approvesAll: run.approvesAll == true) : policy.rulingOfTalk(on: subject)
        let answer = ruling.map { ($0.answer, $0.rule) } ?? question.answerOfMode
        if let (answer, rule) = answer {
            try approval.decide(answer, by: .system, rule: rule, at: tx.now)
            try tx.put(approval, as: .approvalResolved)
            try apply(dialogue.answer(question.requestKey, with: answer))
            return
        }
        _ = try run.apply(.waitBegan(question.type.wait), at: tx.now)
        try tx.put(run, as: run.status == .waiting ? .runWaiting : .runUpdated)
        isRunChanged = false
    }

    private mutating func withdraw(_ requestKey: String) throws {
        for var approval in try tx.approvals(run: run.id, status: .pending) where approval.requestKey == requestKey {
            try approval.cancel(at: tx.now)
            try tx.put(approval, as: .approvalResolved)
        }
        try resumeIfAnswered()
    }

    private mutating func resumeIfAnswered() throws {
        guard run.holdsPlace, run.waitingFor != nil, try tx.approvals(run: run.id, status: .pending).isEmpty else {
            return
        }
        _ = try run.apply(.waitEnded, at: tx.now)
        try tx.put(run, as: run.status == .running ? .runResumed : .runUpdated)
        isRunChanged = false
    }

    /// What is used up must not be used further: the agent stands still, and loses nothing. One that is done spends no more.
    private mutating func pauseIfSpent() throws {
        guard !isOver, run.status == .running || run.status == .waiting, run.holdsPlace,
            let excess = try tx.excess(of: run, in: project)
        else { return }
        _ = try run.apply(.pause(.budget, detail: excess.text), at: tx.now)
        try tx.put(run, as: .runPaused, severity: .warning)
        isRunChanged = false
    }
}

extension AgentQuestion {
    /// What the run's permission mode answers where no rule does.
    fileprivate var answerOfMode: (Approval.Decision, rule: String)? {
        allowedByMode.map {
            (.init(.approve, reason: "allowed by the run's permission mode (\($0))"), "permissionMode: \($0)")
        }
    }
}

extension Run {
    mutating func touch(at now: Timestamp) {
        version += 1
        updatedAt = now
    }
}

extension Approval.Kind {
    /// What a run waits for while a question of this kind is open.
    var wait: Run.Wait {
        switch self {
        case .tool, .command, .web: .approval
        case .plan: .plan
        case .question: .input
        }
    }
}
