import Model

/// What an agent is told to put a run's facts into words.
enum SummaryPrompt {
    static func make(_ summary: RunSummary) -> String {
        """
        Say in at most 200 words, for the person who reviews it, what this run of a coding agent came to: what was asked, what \
        was done, how it was checked, and what to look at before it lands. Use nothing but these facts. Change nothing.

        \(facts(summary).joined(separator: "\n\n"))
        """
    }

    /// What is said of a run to whoever has not seen it.
    static func facts(_ summary: RunSummary) -> [String] {
        var parts = ["The task was:\n\n\(summary.asked)"]
        parts.append(
            "It is \(summary.status.rawValue)."
                + (summary.failure.map { " It failed: \($0.message)" } ?? "")
                + (summary.interruptedReason.map { " It was interrupted: \($0)" } ?? ""))
        if !summary.changedFiles.isEmpty {
            parts.append(
                "Changed files:\n"
                    + summary.changedFiles.map { "- \($0.path) (\($0.kind), +\($0.additions) -\($0.deletions))" }
                    .joined(
                        separator: "\n"))
        } else if let stats = summary.stats {
            parts.append("\(stats.filesChanged) files changed, +\(stats.additions) -\(stats.deletions).")
        }
        if let commands = list(of: summary.commands) { parts.append(commands) }
        if !summary.risks.isEmpty {
            parts.append("To look at:\n" + summary.risks.map { "- \($0)" }.joined(separator: "\n"))
        }
        if let words = summary.lastWords { parts.append("What the agent said last:\n\n\(words)") }
        return parts
    }

    /// - Returns: nil when there are none.
    static func list(of commands: [RunSummary.Command]) -> String? {
        guard !commands.isEmpty else { return nil }
        return "Commands that were run:\n"
            + commands.map { command in
                "- \(command.line) (\(command.status.rawValue)" + (command.exitCode.map { ", exit code \($0)" } ?? "")
                    + ")"
            }.joined(separator: "\n")
    }
}
