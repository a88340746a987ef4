import Journal
package import Model

/// The data of `command.recorded`: a shell command of an agent's that has ended, as far as the agent tells it. Its output is in its entry.
package struct RecordedCommand: Codable, Sendable, Equatable {
    package let id: String
    package let runId: Run.ID
    package let processId: ChildProcess.ID?
    package let entryId: Entry.ID
    /// The agent's own name of its tool.
    package let tool: String
    package let command: String
    /// nil: the worktree, or nothing is known.
    package let cwd: String?
    package let status: ToolUse.Status
    package let exitCode: Int?
    /// From when it was first told to its end, approvals included.
    package let durationMs: Int
    package let outputBytes: Int?

    /// - Returns: nil for what is no command, or has not ended.
    package init?(_ entry: Entry) {
        guard let tool = entry.content.tool, tool.action == .commandRun, Self.hasEnded(tool) else { return nil }
        id = StateKind.command.id(of: entry.id)
        (runId, processId, entryId) = (entry.runId, entry.processId, entry.id)
        self.tool = tool.name
        command = tool.input?["command"]?.string ?? tool.title
        cwd = tool.input?["cwd"]?.string
        (status, exitCode) = (tool.status, tool.exitCode)
        durationMs = Int(entry.updatedAt.millisecondsSince1970 - entry.createdAt.millisecondsSince1970)
        outputBytes = tool.output?.utf8.count
    }

    static func hasEnded(_ tool: ToolUse) -> Bool {
        switch tool.status {
        case .created, .running, .pendingApproval: false
        case .success, .failed, .denied, .timedOut: true
        }
    }
}
