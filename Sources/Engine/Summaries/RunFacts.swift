import Journal
import Model

/// What the rows of a run say about what was done: for its summary, and for whoever takes it over.
struct RunFacts {
    /// The newest 2,000: some hundred tools with their words.
    private static let entriesMax = 2_000
    private static let commandsMax = 100
    private static let processesMax = 100
    private static let lineCharactersMax = 300

    let commands: [RunSummary.Command]
    let processes: [RunSummary.Process]
    let approvals: RunSummary.Approvals
    /// Paths that the agent said it edits, the first named first.
    let edited: [String]
    let lastWords: String?
    let truncated: Bool

    init(of run: Run, in reader: Reader) throws {
        let all = try reader.processes(of: run.id)
        let dropped = Set(all.filter { $0.droppedAt != nil }.map(\.id))
        let entries = try reader.latestEntries(of: run.id, limit: Self.entriesMax)
        let counted = entries.filter { $0.processId.map { !dropped.contains($0) } ?? true }
        let tools = counted.compactMap(\.content.tool)
        let ran = tools.filter { $0.action == .commandRun }.map { tool in
            RunSummary.Command(
                line: String(tool.title.prefix(Self.lineCharactersMax)), status: tool.status, exitCode: tool.endedWith)
        }
        commands = ran.suffix(Self.commandsMax)
        processes = all.suffix(Self.processesMax).map {
            RunSummary.Process(id: $0.id, reason: $0.reason, status: $0.status, exitCode: $0.exitCode)
        }
        var seen: Set<String> = []
        edited = tools.filter { $0.action == .fileEdit && $0.status != .denied && $0.status != .failed }.map {
            String($0.title.prefix(Self.lineCharactersMax))
        }.filter { seen.insert($0).inserted }
        lastWords = counted.last { $0.content.kind == .assistantMessage }?.content.text
        var counts = RunSummary.Approvals()
        for approval in try reader.approvals(run: run.id) { counts.count(approval) }
        approvals = counts
        truncated = ran.count > Self.commandsMax || all.count > Self.processesMax || entries.count == Self.entriesMax
    }
}

extension ToolUse {
    /// What the agent tells; else a command that succeeded ended with 0, and of one that failed some agents say the code first.
    fileprivate var endedWith: Int? {
        if let exitCode { return exitCode }
        return switch status {
        case .success: 0
        case .failed:
            output?.prefixMatch(of: #/[Ee]xit code:? (\d{1,3})\b/#).flatMap { Int($0.1) }
        case .created, .running, .denied, .pendingApproval, .timedOut: nil
        }
    }
}

extension RunSummary.Approvals {
    fileprivate mutating func count(_ approval: Approval) {
        switch approval.status {
        case .approved: approved += 1
        case .denied: denied += 1
        case .timedOut, .cancelled: unanswered += 1
        case .pending: pending += 1
        }
    }
}
