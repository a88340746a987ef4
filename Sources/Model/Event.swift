/// Who caused an event.
package struct Actor: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case user, bot, agent, system
    }
    package var type: Kind
    package var id: String?
    package var name: String?

    package init(_ type: Kind, id: String? = nil, name: String? = nil) {
        self.type = type
        self.id = id
        self.name = name
    }

    /// The hub itself.
    package static let system = Actor(.system)
    /// Whoever sits at this machine: without users, loopback is the one user.
    package static let local = Actor(.user, id: "local", name: "local")
}

package enum Severity: String, Codable, Sendable, CaseIterable {
    case info, warning, error
}

/// The durable kinds of event, `noun.verb`. Names are API: never renamed.
package enum EventType: String, Codable, Sendable, CaseIterable {
    case projectCreated = "project.created"
    case projectUpdated = "project.updated"
    case projectArchived = "project.archived"
    case boardCreated = "board.created"
    case boardUpdated = "board.updated"
    case boardDeleted = "board.deleted"
    case columnCreated = "column.created"
    case columnUpdated = "column.updated"
    case columnDeleted = "column.deleted"
    case cardCreated = "card.created"
    case cardUpdated = "card.updated"
    case cardMoved = "card.moved"
    case cardCompleted = "card.completed"
    case cardActivated = "card.activated"
    case cardDeleted = "card.deleted"
    case runCreated = "run.created"
    case runQueued = "run.queued"
    case runStarted = "run.started"
    case runWaiting = "run.waiting"
    case runPaused = "run.paused"
    case runResumed = "run.resumed"
    case runStalled = "run.stalled"
    case runRetried = "run.retried"
    case runStopped = "run.stopped"
    case runCompleted = "run.completed"
    case runFailed = "run.failed"
    case runCancelled = "run.cancelled"
    case runInterrupted = "run.interrupted"
    case runUpdated = "run.updated"
    case runSummary = "run.summary"
    case processCreated = "process.created"
    case processUpdated = "process.updated"
    case processCompleted = "process.completed"
    case entryAdded = "entry.added"
    case entryUpdated = "entry.updated"
    case diffUpdated = "diff.updated"
    case approvalRequested = "approval.requested"
    case approvalResolved = "approval.resolved"
    case approvalExpired = "approval.expired"
    case mergeCompleted = "merge.completed"
    case branchConflict = "branch.conflict"
    case branchUpdated = "branch.updated"
    case fileChanged = "file.changed"
    case commitCreated = "commit.created"
    case pushCompleted = "push.completed"
    case prCreated = "pr.created"
    case prUpdated = "pr.updated"
    case reviewSubmitted = "review.submitted"
    case sessionCreated = "session.created"
    case sessionUpdated = "session.updated"
    case sessionAccepted = "session.accepted"
    case sessionCancelled = "session.cancelled"
    case snapshotCreated = "snapshot.created"
    case snapshotRestored = "snapshot.restored"
    case scriptStarted = "script.started"
    case scriptFinished = "script.finished"
    case commandRecorded = "command.recorded"
    case runImported = "run.imported"
    case consumerCreated = "consumer.created"
    case consumerUpdated = "consumer.updated"
    case consumerDeleted = "consumer.deleted"
    case attachmentCreated = "attachment.created"
    case attachmentDeleted = "attachment.deleted"
    case jobCreated = "job.created"
    case jobProgress = "job.progress"
    case jobDone = "job.done"
    case jobError = "job.error"
    case jobDeleted = "job.deleted"
    case userCreated = "user.created"
    case userUpdated = "user.updated"
    case tokenCreated = "token.created"
    case tokenUpdated = "token.updated"
    case tokenDeleted = "token.deleted"
    case memberCreated = "member.created"
    case memberUpdated = "member.updated"
    case memberDeleted = "member.deleted"
    case policyUpdated = "policy.updated"
    case credentialCreated = "credential.created"
    case credentialUpdated = "credential.updated"
    case credentialDeleted = "credential.deleted"
    case profileCreated = "profile.created"
    case profileUpdated = "profile.updated"
    case profileDeleted = "profile.deleted"
    case organizationCreated = "organization.created"
    case organizationUpdated = "organization.updated"
    case organizationDeleted = "organization.deleted"
    case seatCreated = "seat.created"
    case seatUpdated = "seat.updated"
    case seatDeleted = "seat.deleted"
    case draftUpdated = "draft.updated"
    case draftQueued = "draft.queued"
    case draftSent = "draft.sent"
    case draftDeleted = "draft.deleted"
    case tagCreated = "tag.created"
    case tagUpdated = "tag.updated"
    case tagDeleted = "tag.deleted"
    case templateCreated = "template.created"
    case templateUpdated = "template.updated"
    case templateDeleted = "template.deleted"
    case preferenceUpdated = "preference.updated"
    case preferenceDeleted = "preference.deleted"
    /// Of the user whom it concerns alone.
    case cardViewed = "card.viewed"

    package var isOfApproval: Bool {
        self == .approvalRequested || self == .approvalResolved || self == .approvalExpired
    }

    /// The noun: what a subscription's `topics` name.
    package var topic: String { String(rawValue.prefix { $0 != "." }) }
}

/// The kinds that carry no number and may be dropped: the durable event that follows carries the whole.
package enum ReplaceableType: String, Codable, Sendable, CaseIterable {
    case entryDelta = "entry.delta"
    /// Raw output of a process, for those who name it.
    case chunk
    case jobLog = "job.log"
    case logLine = "log.line"
    case presenceJoined = "presence.joined"
    case presenceLeft = "presence.left"
    case presenceUpdated = "presence.updated"
    /// All of them: for who was not told of the changes.
    case presenceListed = "presence.listed"
}

/// A change that was told: what a journal's row says, before it is bytes.
///
/// `data` is the whole entity after the change; of a deletion, its id.
package struct Event<Data: Encodable & Sendable>: Sendable {
    package var seq: UInt64
    package var ts: Timestamp
    package var type: EventType
    package var projectId: Project.ID?
    package var context: EventContext
    package var severity: Severity
    package var actor: Actor
    package var data: Data

    package init(
        seq: UInt64, ts: Timestamp, type: EventType, projectId: Project.ID?, context: EventContext,
        severity: Severity, actor: Actor, data: Data
    ) {
        self.seq = seq
        self.ts = ts
        self.type = type
        self.projectId = projectId
        self.context = context
        self.severity = severity
        self.actor = actor
        self.data = data
    }
}
