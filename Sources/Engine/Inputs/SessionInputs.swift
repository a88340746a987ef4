package import Model

package struct CreateSession: Codable, Sendable {
    package var kind: Session.Kind
    /// `plan` only, and needed there.
    package var cardId: Card.ID?
    /// What is asked first; nil: what the kind says.
    package var text: String?
    /// nil means the profile's.
    package var provider: Provider?
    package var profile: String?
    package var options: RunOptions?
    package var budget: Budget?

    package init(
        kind: Session.Kind, cardId: Card.ID? = nil, text: String? = nil, provider: Provider? = nil,
        profile: String? = nil, options: RunOptions? = nil, budget: Budget? = nil
    ) {
        self.kind = kind
        self.cardId = cardId
        self.text = text
        self.provider = provider
        self.profile = profile
        self.options = options
        self.budget = budget
    }
}

package struct AcceptSession: Codable, Sendable {
    /// nil: what the agent put last.
    package var prompt: String?
    /// nil: the card must be as it was when the conversation began.
    package var cardVersion: Int?

    package init(prompt: String? = nil, cardVersion: Int? = nil) {
        self.prompt = prompt
        self.cardVersion = cardVersion
    }
}
