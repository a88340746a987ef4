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
        /// `plan` only: it is to be thought over again, as the reason says.
        case revise
    }
    /// How far a decision reaches.
    package enum Scope: String, Codable, Sendable, CaseIterable {
        /// This question.
        case once
        /// The same question in this project from now on: it becomes a rule of the policy.
        case always
        /// Whatever else the run asks that the policy does not deny; approvals only.
        case all
    }
    /// One of the things that a `question` wants to know.
    package struct Question: Codable, Sendable, Equatable {
        package struct Option: Codable, Sendable, Equatable {
            package let label: String
            package let description: String?
        }
        /// Its text, by which it is answered.
        package let question: String
        package let header: String?
        /// What may be chosen; an answer of one's own words is allowed too.
        package let options: [Option]
        package let multiSelect: Bool
    }
    package struct Decision: Codable, Sendable, Equatable {
        package var decision: Verdict
        /// Told to the agent with a denial.
        package var reason: String?
        /// The tool's input as the person changed it; nil means as asked.
        package var edited: JSONValue?
        /// `question` only: question text → answer.
        package var answers: [String: String]?
        /// nil is `once`.
        package var scope: Scope?
        package init(
            _ decision: Verdict, scope: Scope? = nil, reason: String? = nil, edited: JSONValue? = nil,
            answers: [String: String]? = nil
        ) {
            self.decision = decision
            self.scope = scope
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
    /// `question` only.
    package let questions: [Question]?
    package private(set) var status: Status
    package private(set) var decision: Decision?
    package private(set) var decidedBy: Actor?
    /// By what rule the hub decided: `allow: Bash: git status*`. nil when somebody answered.
    package private(set) var rule: String?
    package private(set) var resolvedAt: Timestamp?
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
        questions = type == .question ? input.map(Question.all) : nil
        self.status = .pending
        self.createdAt = now
        self.updatedAt = now
        self.expiresAt = expiresAt
    }

    package struct AlreadyResolved: Error, Sendable, Equatable {
        package let status: Status
    }

    /// The first answer wins; a later one throws and changes nothing.
    /// - Parameter rule: what made the hub decide by itself.
    package mutating func decide(
        _ decision: Decision, by actor: Actor, rule: String? = nil, at now: Timestamp
    ) throws(AlreadyResolved) {
        try settle(decision.decision == .approve ? .approved : .denied, at: now)
        self.decision = decision
        decidedBy = actor
        self.rule = rule
    }

    package mutating func expire(at now: Timestamp) throws(AlreadyResolved) { try settle(.timedOut, at: now) }
    package mutating func cancel(at now: Timestamp) throws(AlreadyResolved) { try settle(.cancelled, at: now) }

    private mutating func settle(_ next: Status, at now: Timestamp) throws(AlreadyResolved) {
        guard status == .pending else { throw AlreadyResolved(status: status) }
        status = next
        (updatedAt, resolvedAt) = (now, now)
    }
}

extension Approval.Question {
    /// Those in an agent's input: `{questions: [{question, header?, options: [{label, description?}], multiSelect?}]}`.
    static func all(in input: JSONValue) -> [Approval.Question] {
        (input["questions"]?.array ?? []).compactMap { asked in
            guard let text = asked["question"]?.string else { return nil }
            let options = (asked["options"]?.array ?? []).compactMap { option in
                (option["label"]?.string ?? option.string).map {
                    Option(label: $0, description: option["description"]?.string)
                }
            }
            return Approval.Question(
                question: text, header: asked["header"]?.string, options: options,
                multiSelect: asked["multiSelect"]?.bool ?? false)
        }
    }
}
