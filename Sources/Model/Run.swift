/// One attempt at a card (or at a bare prompt) by one provider in one worktree and branch.
///
/// Its status moves only through `apply(_:)` in Run+Lifecycle.swift.
package struct Run: ProjectEntity {
    package typealias ID = Identifier<Run>
    package static let idPrefix = "run"
    package static let kind = EntityKind.run

    package enum Status: String, Codable, Sendable, CaseIterable {
        case draft, queued, running, waiting, paused, completed, failed, cancelled, interrupted
    }
    /// What a waiting run waits for.
    package enum Wait: String, Codable, Sendable, CaseIterable {
        /// A person, while its agent lives.
        case approval, plan, input
        /// Its time, without a process: the provider's quota, or the pause before the hub tries again by itself.
        case quota, retry

        package var isForPerson: Bool {
            switch self {
            case .approval, .plan, .input: true
            case .quota, .retry: false
            }
        }
    }
    /// Whose fault a failure was, which decides whether trying again makes sense.
    package enum FailureClass: String, Codable, Sendable, CaseIterable {
        case agent, platform, quota, auth, user
    }
    package struct Failure: Codable, Sendable, Equatable {
        package var `class`: FailureClass
        package var message: String
        /// When the provider said that it serves again; for `quota`, where it says so.
        package var until: Timestamp?
        package init(_ class: FailureClass, _ message: String, until: Timestamp? = nil) {
            self.class = `class`
            self.message = message
            self.until = until
        }
    }
    package enum Review: String, Codable, Sendable, CaseIterable {
        case none, requested, approved, rejected
    }
    /// A branch's head, and the tree of all that the worktree held, committed or not.
    package struct ApprovedWork: Codable, Sendable, Equatable {
        package var head: String
        package var tree: String

        package init(head: String, tree: String) { (self.head, self.tree) = (head, tree) }
    }
    package enum Merge: String, Codable, Sendable, CaseIterable {
        case none, conflict, merged
        case prOpen = "pr_open"
        case prMerged = "pr_merged"
        case prClosed = "pr_closed"

        /// The work is where it was meant to go.
        package var hasLanded: Bool { self == .merged || self == .prMerged }
    }
    /// Why its work could not be brought together with another branch's.
    package struct Conflict: Codable, Sendable, Equatable {
        package struct File: Codable, Sendable, Equatable {
            package var path: String
            /// As the error that tells of it spells it.
            package var kind: String

            package init(path: String, kind: String) { (self.path, self.kind) = (path, kind) }
        }
        /// 100 files in a row that is sent to everybody; the worktree's own status has all.
        package static let filesMax = 100

        /// What is to be ended in its worktree: `rebase`, say. nil: a merge that was refused, and nothing waits.
        package var operation: String?
        /// The first of them.
        package var files: [File]
        /// How many there are in all.
        package var count: Int

        package init(operation: String?, files: [File]) {
            (self.operation, count) = (operation, files.count)
            self.files = Array(files.prefix(Self.filesMax))
        }
    }
    /// What a run is for that does no work: what its agent changes is put back, and nothing of it is ever committed.
    package enum Purpose: String, Codable, Sendable, CaseIterable {
        /// Conversations: `Session`.
        case plan, assistant
        /// Says in words what another run came to.
        case summary
    }

    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// A conversation that was held without this hub, and was taken in from the agent's own files.
        case imported
    }

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID?
    /// nil: one that the hub has an agent do.
    package var kind: Kind?
    package internal(set) var provider: Provider
    package var options: RunOptions
    /// The name of the profile that it was made with.
    package var profile: String?
    /// What the first turn was told.
    package var prompt: String
    /// What the next stretch of work will be told, when it is a follow-up; nil means `prompt`.
    package var nextPrompt: String?
    /// The files that the first turn is given; nil: none.
    package var attachments: [Attachment.ID]?
    /// Those that come with `nextPrompt`.
    package var nextAttachments: [Attachment.ID]?
    package internal(set) var status: Status
    package internal(set) var waitingFor: Wait?
    package internal(set) var waitingUntil: Timestamp?
    package internal(set) var failure: Failure?
    /// nil: it is to do work.
    package var purpose: Purpose?
    /// The run that it does over.
    package var relaunchOf: ID?
    /// The run that was asked last to say in words what this one came to.
    package var summaryRunId: ID?
    /// Set while it is paused.
    package internal(set) var pause: Pause?
    /// Its place in the queue, as the scheduler told it last.
    package var queue: QueuePlace?
    /// The higher goes first; nil is 0.
    package var priority: Int?
    /// How often the hub has tried again by itself since a person last asked for work.
    package internal(set) var retries: Int?
    /// Why the hub calls it interrupted: the agent's process was gone and nobody saw it end.
    package internal(set) var interruptedReason: String?
    /// 1 for the first try; a retry adds one and gets a new branch.
    package internal(set) var attempt: Int
    package var review: Review {
        didSet { if review != .approved { approvedWork = nil } }
    }
    /// What the approval is of; nil without one, or where it is of no branch.
    package var approvedWork: ApprovedWork?
    package var merge: Merge {
        didSet { if merge != .conflict { conflict = nil } }
    }
    /// While `merge` is `conflict`, and nothing has been told of it since.
    package var conflict: Conflict?
    package var mergeCommit: String?
    /// Of its branch, where there is one.
    package var pullRequest: PullRequest?

    package var branch: String?
    package var targetBranch: String
    package var baseCommit: String?
    /// The newest commit of its branch that the hub knows of.
    package var headCommit: String?
    /// nil is `worktree`.
    package var isolation: Isolation?
    package var worktreePath: String?
    /// The worktree in which the setup script has been run.
    package var setUpPath: String?
    /// The provider's own name of the conversation, needed to go on with it.
    package var sessionId: String?
    /// What that has cost so far, as its agent tells it: of a conversation that is gone on with it tells the whole.
    package var sessionCostUsd: Double?
    package var summary: String?
    package var usage: Usage?
    /// How long it was running in all, up to `runningSince`: neither queued nor paused, and waiting for nobody.
    package internal(set) var runningMs: Int?
    package internal(set) var runningSince: Timestamp?
    /// What its processes that have ended have printed.
    package var outputBytes: Int?
    package var budget: Budget?
    /// Since when it has said nothing, once that was noticed.
    package var stalledSince: Timestamp?
    package var diff: DiffStats?
    /// Its events from this number of its project's journal on are kept, whatever else is forgotten; nil: not pinned.
    package var pinnedFrom: UInt64?
    /// Somebody approved all that it asks and the policy does not deny; nil: nobody did.
    package var approvesAll: Bool?
    /// Who made it, and whose credentials it gets; nil of runs from before this was written down.
    package var createdBy: Actor?

    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
    package var queuedAt: Timestamp?
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?

    package var context: EventContext { EventContext(cardId: cardId, runId: id) }

    package init(
        id: ID, projectId: Project.ID, cardId: Card.ID?, provider: Provider, options: RunOptions = RunOptions(),
        prompt: String, targetBranch: String, at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.cardId = cardId
        self.provider = provider
        self.options = options
        self.prompt = prompt
        self.status = .draft
        self.attempt = 1
        self.review = .none
        self.merge = .none
        self.targetBranch = targetBranch
        self.version = 1
        self.createdAt = now
        self.updatedAt = now
    }
}
