package import Model

/// A conversation in an agent's own files, on the hub's machine.
package struct TranscriptFile: Codable, Sendable, Equatable {
    package let provider: Provider
    /// The provider's own name of it.
    package let sessionId: String
    package let path: String
    package let byteCount: Int
    package let workingDirectory: String?
    package let startedAt: Timestamp?
    package let updatedAt: Timestamp
    /// What was said first.
    package let firstWords: String?
    /// The project in whose folder, or in a run's worktree of which, it was held; nil where that is none.
    package let projectId: Project.ID?
    /// The run that has it: one of the hub's own, or one that it was imported as.
    package let runId: Run.ID?

    package init(
        provider: Provider, sessionId: String, path: String, byteCount: Int, workingDirectory: String?,
        startedAt: Timestamp?, updatedAt: Timestamp, firstWords: String?, projectId: Project.ID?, runId: Run.ID?
    ) {
        (self.provider, self.sessionId, self.path, self.byteCount) = (provider, sessionId, path, byteCount)
        (self.workingDirectory, self.startedAt, self.updatedAt) = (workingDirectory, startedAt, updatedAt)
        (self.firstWords, self.projectId, self.runId) = (firstWords, projectId, runId)
    }
}

package struct ImportTranscript: Codable, Sendable {
    package var provider: Provider
    package var sessionId: String
    /// nil: that in whose folder it was held.
    package var project: String?
    /// Among whose runs it comes; nil: it is of no card.
    package var cardId: Card.ID?
}
