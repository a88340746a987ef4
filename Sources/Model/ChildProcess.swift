/// One child process inside a run, started under a keeper of its own.
package struct ChildProcess: ProjectEntity {
    package typealias ID = Identifier<ChildProcess>
    package static let idPrefix = "prc"
    package static let kind = EntityKind.process

    package enum Reason: String, Codable, Sendable, CaseIterable {
        case setupscript, codingagent, cleanupscript, devserver, verifyscript, script, node
    }
    package enum Status: String, Codable, Sendable, CaseIterable {
        case queued, running, completed, failed, killed, interrupted
    }

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let reason: Reason
    package var status: Status
    package var argv: [String]
    /// The name of the project's own script that it is of.
    package var script: String?
    /// What an agent was told at its start; nil for other programs.
    package var prompt: String?
    /// The files that it was given with it.
    package var attachments: [Attachment.ID]?
    package var pid: Int?
    /// The name of the bot that has claimed it.
    package var bot: String?
    package var exitCode: Int?
    package var signal: Int?
    /// Why it ended, where the exit code does not say it: `time limit`, `no such file …`.
    package var detail: String?
    package var beforeCommit: String?
    package var afterCommit: String?
    package var stdoutBytes: Int
    package var stderrBytes: Int
    /// The TCP ports that a dev server listens on, ascending; nil until they are known.
    package var ports: [Int]?
    /// The size of its terminal; nil for one that has none.
    package var terminal: ScreenSize?
    /// Somebody wants it to end.
    package var stopAt: Timestamp?
    /// What it used, as the system counted it when it ended.
    package var usage: ProcessUsage?
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    package var endedAt: Timestamp?
    /// Since when what it did no longer counts: the run was rewound to before it.
    package var droppedAt: Timestamp?

    package var context: EventContext { EventContext(cardId: cardId, runId: runId, processId: id) }

    package init(
        id: ID, projectId: Project.ID, cardId: Card.ID?, runId: Run.ID, reason: Reason, argv: [String],
        at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.cardId = cardId
        self.runId = runId
        self.reason = reason
        self.status = .queued
        self.argv = argv
        self.stdoutBytes = 0
        self.stderrBytes = 0
        self.createdAt = now
        self.updatedAt = now
    }
}
