import Journal
package import Model

/// What a run came to, told from its rows and its diff; no model has a part in it, but for `text`.
package struct RunSummary: Codable, Sendable, Equatable {
    package struct Command: Codable, Sendable, Equatable {
        package let line: String
        package let status: ToolUse.Status
        /// Where its agent says it.
        package let exitCode: Int?
    }
    package struct Process: Codable, Sendable, Equatable {
        package let id: ChildProcess.ID
        package let reason: ChildProcess.Reason
        package let status: ChildProcess.Status
        package let exitCode: Int?
    }
    package struct Approvals: Codable, Sendable, Equatable {
        package var approved = 0
        package var denied = 0
        /// Nobody answered in time, or the question was withdrawn.
        package var unanswered = 0
        package var pending = 0
    }
    package struct ChangedFile: Codable, Sendable, Equatable {
        package let path: String
        /// `added modified deleted renamed copied typeChanged`
        package let kind: String
        package let additions: Int
        package let deletions: Int
    }

    /// Of the state that the newest one takes the place of.
    package let id: String
    package let runId: Run.ID
    /// The version of the run that this is about.
    package let runVersion: Int
    /// The run's first words, cut.
    package let asked: String
    package let status: Run.Status
    package let failure: Run.Failure?
    package let interruptedReason: String?
    /// What the agent said last, cut.
    package let lastWords: String?
    package let stats: DiffStats?
    package let changedFiles: [ChangedFile]
    /// Those of the changed files that are tests, and documents, by their names.
    package let tests: [String]
    package let docs: [String]
    /// The newest, in the order in which they were run.
    package let commands: [Command]
    package let processes: [Process]
    package let approvals: Approvals
    package let usage: Usage?
    package let runningMs: Int
    /// What somebody should look at before the work lands.
    package let risks: [String]
    /// Lists are shorter than what there is.
    package let truncated: Bool
    /// What an agent says of it in words, where one was asked and has answered; by which run.
    package var text: String?
    package var textRunId: Run.ID?
}
