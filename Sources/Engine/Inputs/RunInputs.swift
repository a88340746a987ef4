package import Model

package struct CreateRun: Codable, Sendable {
    package var cardId: Card.ID?
    /// nil means the profile's.
    package var provider: Provider?
    package var profile: String?
    /// nil means the card's title and prompt.
    package var prompt: String?
    package var options: RunOptions?
    /// nil means the project's default branch.
    package var targetBranch: String?
    /// nil means a worktree of its own and no more.
    package var isolation: Isolation?
    /// Whether it is queued at once; nil means not.
    package var start: Bool?
    package var priority: Int?
    package var budget: Budget?
    /// What its agent is given with the first prompt; nil: the card's, where the prompt is the card's too.
    package var attachments: [Attachment.ID]?

    package init(
        cardId: Card.ID? = nil, provider: Provider? = nil, profile: String? = nil, prompt: String? = nil,
        options: RunOptions? = nil,
        targetBranch: String? = nil, isolation: Isolation? = nil, start: Bool? = nil, priority: Int? = nil,
        budget: Budget? = nil, attachments: [Attachment.ID]? = nil
    ) {
        self.attachments = attachments
        self.priority = priority
        self.budget = budget
        self.cardId = cardId
        self.provider = provider
        self.profile = profile
        self.prompt = prompt
        self.options = options
        self.targetBranch = targetBranch
        self.isolation = isolation
        self.start = start
    }
}

package struct UpdateRun: Codable, Sendable {
    /// Whether its events are kept, whatever else is forgotten.
    package var pinned: Bool?
    /// The higher goes first; absent runs have 0.
    package var priority: Int?
    /// Without members: none.
    package var budget: Budget?
    /// Of a draft alone, like those that follow.
    package var prompt: String?
    package var provider: Provider?
    /// nil: the same, or none for another agent.
    package var options: RunOptions?
    package var targetBranch: String?
    package var version: Int?

    package init(
        pinned: Bool? = nil, priority: Int? = nil, budget: Budget? = nil, prompt: String? = nil,
        provider: Provider? = nil, options: RunOptions? = nil, targetBranch: String? = nil, version: Int? = nil
    ) {
        self.prompt = prompt
        self.provider = provider
        self.options = options
        self.targetBranch = targetBranch
        self.pinned = pinned
        self.priority = priority
        self.budget = budget
        self.version = version
    }
}

package struct RelayRun: Codable, Sendable {
    /// What the new session is told besides the hand-over.
    package var text: String?
    /// nil: the same agent.
    package var provider: Provider?
    /// nil: the same, or none for another agent.
    package var options: RunOptions?

    package init(text: String? = nil, provider: Provider? = nil, options: RunOptions? = nil) {
        self.text = text
        self.provider = provider
        self.options = options
    }
}

package struct SummariseRun: Codable, Sendable {
    /// nil means the profile's.
    package var provider: Provider?
    package var profile: String?
    package var options: RunOptions?
    package var budget: Budget?

    package init(
        provider: Provider? = nil, profile: String? = nil, options: RunOptions? = nil, budget: Budget? = nil
    ) {
        self.provider = provider
        self.profile = profile
        self.options = options
        self.budget = budget
    }
}

package struct ReplaceRun: Codable, Sendable {
    /// It and what came after it no longer count.
    package var processId: ChildProcess.ID
    package var text: String
    /// Whether the worktree is set back to what it was before that process.
    package var resetGit: Bool?

    package init(processId: ChildProcess.ID, text: String, resetGit: Bool? = nil) {
        self.processId = processId
        self.text = text
        self.resetGit = resetGit
    }
}

package struct SendMessage: Codable, Sendable {
    package var text: String
    /// Files of the project's cards.
    package var attachments: [Attachment.ID]?

    package init(text: String, attachments: [Attachment.ID]? = nil) {
        (self.text, self.attachments) = (text, attachments)
    }
}

package struct AnswerApproval: Codable, Sendable {
    package var decision: Approval.Verdict
    package var reason: String?
    package var edited: JSONValue?
    package var answers: [String: String]?
    /// nil is `once`.
    package var scope: Approval.Scope?

    package init(
        decision: Approval.Verdict, scope: Approval.Scope? = nil, reason: String? = nil, edited: JSONValue? = nil,
        answers: [String: String]? = nil
    ) {
        self.decision = decision
        self.scope = scope
        self.reason = reason
        self.edited = edited
        self.answers = answers
    }

    var value: Approval.Decision {
        .init(decision, scope: scope, reason: reason, edited: edited, answers: answers)
    }
}

package struct MergeRun: Codable, Sendable {
    package enum Strategy: String, Codable, Sendable, CaseIterable {
        case merge, squash
        case fastForward = "fast-forward"
    }
    package var strategy: Strategy?
    package var message: String?

    package init(strategy: Strategy? = nil, message: String? = nil) {
        self.strategy = strategy
        self.message = message
    }
}
