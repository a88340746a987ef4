package import Model

/// What the hub wants of a bot that has a run.
package enum BotState: String, Codable, Sendable, CaseIterable {
    case work
    /// It is to do nothing until it is `work` again.
    case pause
    /// It is to end, and to finish with what it has.
    case stop
}

/// What a bot says with all that it does about its run.
package struct BotLeaseTold: Codable, Sendable, Equatable {
    package let token: Int
    package let leaseMs: Int
    package let dueAt: Timestamp

    package init(token: Int, leaseMs: Int, dueAt: Timestamp) {
        self.token = token
        self.leaseMs = leaseMs
        self.dueAt = dueAt
    }

    init(_ lease: BotLease) { self.init(token: lease.token, leaseMs: lease.leaseMs, dueAt: lease.dueAt) }
}

/// A run that a bot has got.
package struct BotAssignment: Codable, Sendable {
    package let lease: BotLeaseTold
    package let run: Run
    package let processId: ChildProcess.ID
    /// What it is to do now: the run's prompt, or what was said since.
    package let prompt: String
    /// The files with it: `GET /api/attachments/{id}`, or `workingDirectory`/.roost-files where that can be reached.
    package let attachments: [Attachment.ID]?
    /// The conversation to go on with, as a bot has named it before.
    package let sessionId: String?
    /// Where the run's files are on the hub's machine.
    package let workingDirectory: String?

    package init(
        lease: BotLeaseTold, run: Run, processId: ChildProcess.ID, prompt: String, attachments: [Attachment.ID]?,
        sessionId: String?, workingDirectory: String?
    ) {
        self.attachments = attachments
        self.lease = lease
        self.run = run
        self.processId = processId
        self.prompt = prompt
        self.sessionId = sessionId
        self.workingDirectory = workingDirectory
    }
}

/// What a heartbeat is answered.
package struct BotOrders: Codable, Sendable {
    package let lease: BotLeaseTold
    package let status: Run.Status
    package let state: BotState
    /// What it is told, in order.
    package let messages: [JSONValue]
    /// The next heartbeat's `after`.
    package let next: Int

    package init(lease: BotLeaseTold, status: Run.Status, state: BotState, messages: [JSONValue], next: Int) {
        self.lease = lease
        self.status = status
        self.state = state
        self.messages = messages
        self.next = next
    }
}

/// What a report is answered.
package struct BotReceipt: Codable, Sendable {
    package let lease: BotLeaseTold
    package let status: Run.Status
    package let state: BotState
    /// How many things were reported in all: the next report's `from`.
    package let received: Int

    package init(lease: BotLeaseTold, status: Run.Status, state: BotState, received: Int) {
        self.lease = lease
        self.status = status
        self.state = state
        self.received = received
    }
}
