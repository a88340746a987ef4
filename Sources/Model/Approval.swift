/// A question that waits for a decision: a row, so that it outlives the hub; with expiry, so that nobody waits for ever.
package struct Approval: ProjectEntity {
    package typealias ID = Identifier<Approval>
    package static let idPrefix = "apr"
    package static let kind = EntityKind.approval

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case tool, command, web, plan, question
    }
    package enum Status: String, Codable, Sendable, CaseIterable {
        case pending, approved, denied
        case timedOut = "timed_out"
        case cancelled
    }
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        case approve, deny
    }
    package struct Decision: Codable, Sendable, Equatable {
        package var decision: Verdict
        /// Told to the agent with a denial.
        package var reason: String?
        /// The tool's input as the person changed it; nil means as asked.
        package var edited: JSONValue?
        /// `question` only: question text → answer.
        package var answers: [String: String]?
        package init(
            _ decision: Verdict, reason: String? = nil, edited: JSONValue? = nil, answers: [String: String]? = nil
        ) {
            self.decision = decision
            self.reason = reason
            self.edited = edited
            self.answers = answers
        }
    }

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID?
    package let runId: Run.ID
    package let processId: ChildProcess.ID
    /// The agent's own name of the request, to answer it by.
    package let requestKey: String
    package let type: Kind
    /// One line for a person.
    package let title: String
    package let tool: String?
    package let input: JSONValue?
    package private(set) var status: Status
    package private(set) var decision: Decision?
    package private(set) var decidedBy: Actor?
    package let createdAt: Timestamp
    package private(set) var updatedAt: Timestamp
    package let expiresAt: Timestamp

    package var context: EventContext { EventContext(cardId: cardId, runId: runId, processId: processId) }

    package init(
        id: ID, projectId: Project.ID, cardId: Card.ID?, runId: Run.ID, processId: ChildProcess.ID,
        requestKey: String, type: Kind, title: String, tool: String?, input: JSONValue?, at now: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.cardId = cardId
        self.runId = runId
        self.processId = processId
        self.requestKey = requestKey
        self.type = type
        self.title = title
        self.tool = tool
        self.input = input
        self.status = .pending
        self.createdAt = now
        self.updatedAt = now
        self.expiresAt = expiresAt
    }

    package struct AlreadyResolved: Error, Sendable, Equatable {
        package let status: Status
    }

    /// The first answer wins; a later one throws and changes nothing.
    package mutating func decide(_ decision: Decision, by actor: Actor, at now: Timestamp) throws(AlreadyResolved) {
        try settle(decision.decision == .approve ? .approved : .denied, at: now)
        self.decision = decision
        decidedBy = actor
    }

    package mutating func expire(at now: Timestamp) throws(AlreadyResolved) { try settle(.timedOut, at: now) }
    package mutating func cancel(at now: Timestamp) throws(AlreadyResolved) { try settle(.cancelled, at: now) }

    private mutating func settle(_ next: Status, at now: Timestamp) throws(AlreadyResolved) {
        guard status == .pending else { throw AlreadyResolved(status: status) }
        status = next
        updatedAt = now
    }
}
