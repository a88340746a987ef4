import Journal
import Model

/// What a new session is told of a run's earlier ones: the task, what was done and said last, and what the worktree holds.
struct HandOver {
    /// The newest words; older ones are left out from the front.
    private static let messagesMax = 40
    private static let filesMax = 40
    private static let commandsMax = 20

    let text: String

    /// - Parameter process: one that has done nothing of it, and whose words are told anew.
    init(of run: Run, besides process: ChildProcess.ID? = nil, in reader: Reader, bytesMax: Int) throws {
        let dropped = Set(
            try reader.processes(of: run.id).filter { $0.droppedAt != nil || $0.id == process }.map(\.id))
        let entries = try reader.latestEntries(of: run.id, limit: Self.messagesMax * 10)
        let said = entries.filter { entry in
            entry.processId.map { !dropped.contains($0) } ?? true
        }.compactMap(Self.line).suffix(Self.messagesMax)
        var parts = ["You take over work that another session has begun in this folder. The task was:\n\n\(run.prompt)"]
        if let summary = run.summary { parts.append("Its last summary:\n\n\(summary)") }
        if let diff = run.diff {
            parts.append(
                "The folder holds its work: \(diff.filesChanged) files changed, \(diff.additions) lines added, "
                    + "\(diff.deletions) removed since \(run.baseCommit ?? "its beginning").")
        }
        let facts = try RunFacts(of: run, in: reader)
        if !facts.edited.isEmpty {
            parts.append(
                "Files that it edited: " + facts.edited.suffix(Self.filesMax).joined(separator: ", ") + ".")
        }
        if let commands = SummaryPrompt.list(of: facts.commands.suffix(Self.commandsMax)) { parts.append(commands) }
        let room = bytesMax - parts.reduce(0) { $0 + $1.utf8.count }
        let words = Self.newest(Array(said), bytesMax: room)
        if !words.isEmpty { parts.append("What was said last:\n\n" + words.joined(separator: "\n\n")) }
        text = parts.joined(separator: "\n\n")
    }

    private static func line(_ entry: Entry) -> String? {
        guard let text = entry.content.text, !text.isEmpty else { return nil }
        return switch entry.content.kind {
        case .userMessage: "User: \(text)"
        case .assistantMessage: "Agent: \(text)"
        default: nil
        }
    }

    private static func newest(_ lines: [String], bytesMax: Int) -> [String] {
        var room = bytesMax
        var kept: [String] = []
        for line in lines.reversed() {
            room -= line.utf8.count + 2
            guard room >= 0 else { break }
            kept.append(line)
        }
        return kept.reversed()
    }
}
