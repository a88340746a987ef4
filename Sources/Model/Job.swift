/// A long task of the hub's own, with a log that can be read again.
///
/// It lives in its process: what a hub finds unfinished when it starts has been interrupted.
package struct Job: Entity {
    package typealias ID = Identifier<Job>
    package static let idPrefix = "job"
    package static let kind = EntityKind.job

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case backup, export, `import`, clone, pull

        /// Whether it is the network that it waits for, and not this machine's disk.
        package var isOfNetwork: Bool {
            switch self {
            case .backup, .export, .import: false
            case .clone, .pull: true
            }
        }
    }
    package enum Status: String, Codable, Sendable, CaseIterable {
        case queued, running, done, error

        package var isOver: Bool {
            switch self {
            case .queued, .running: false
            case .done, .error: true
            }
        }
    }
    package struct Failure: Codable, Sendable, Equatable {
        package enum Reason: String, Codable, Sendable, CaseIterable {
            case failed
            /// Somebody wanted it to end.
            case cancelled
            /// The hub went while it was at work.
            case interrupted
        }
        package let reason: Reason
        package let detail: String

        package init(_ reason: Reason, _ detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    package let id: ID
    package let kind: Kind
    /// nil: it is the hub's.
    package let projectId: Project.ID?
    package let createdBy: Actor
    package private(set) var status: Status
    /// 0 to 1.
    package private(set) var progress: Double
    /// What it is at, for a person.
    package private(set) var message: String
    /// Why it ended without a result.
    package private(set) var error: Failure?
    /// What it came to; its members depend on the kind.
    package private(set) var result: JSONValue?
    package let createdAt: Timestamp
    package private(set) var updatedAt: Timestamp
    package private(set) var startedAt: Timestamp?
    package private(set) var finishedAt: Timestamp?

    package var journal: JournalKey { projectId.map(JournalKey.project) ?? .hub }
    package var context: EventContext { EventContext(jobId: id) }

    package init(id: ID, kind: Kind, projectId: Project.ID? = nil, by actor: Actor, at now: Timestamp) {
        self.id = id
        self.kind = kind
        self.projectId = projectId
        createdBy = actor
        status = .queued
        progress = 0
        message = ""
        createdAt = now
        updatedAt = now
    }

    package struct Over: Error, Sendable, Equatable {
        package let status: Status
    }

    package mutating func begin(at now: Timestamp) throws(Over) {
        try requireOpen()
        status = .running
        (startedAt, updatedAt) = (now, now)
    }

    package mutating func advance(to progress: Double, _ message: String, at now: Timestamp) throws(Over) {
        try requireOpen()
        self.progress = min(1, max(self.progress, progress))
        self.message = message
        updatedAt = now
    }

    /// The first end counts.
    package mutating func finish(_ result: JSONValue?, at now: Timestamp) throws(Over) {
        try requireOpen()
        (status, progress, self.result) = (.done, 1, result)
        (finishedAt, updatedAt) = (now, now)
    }

    package mutating func fail(_ failure: Failure, at now: Timestamp) throws(Over) {
        try requireOpen()
        (status, error) = (.error, failure)
        (finishedAt, updatedAt) = (now, now)
    }

    private func requireOpen() throws(Over) {
        guard !status.isOver else { throw Over(status: status) }
    }
}

/// One line of a job's log.
package struct JobLine: Codable, Sendable, Equatable {
    /// 0, 1, 2 … without holes; of a long log the oldest are kept no more.
    package let index: Int
    package let ts: Timestamp
    package let text: String

    package init(index: Int, ts: Timestamp, text: String) {
        self.index = index
        self.ts = ts
        self.text = text
    }
}
