package import Model

/// Something worth seeing now and not worth keeping: the durable event that follows carries the whole.
package struct ReplaceableUpdate: Sendable {
    package enum Content: Sendable, Equatable {
        /// The newest wins.
        case latest([UInt8])
        /// Text that continues the text before it. `head` says what it continues, opaque here; the newest wins.
        case appended(text: String, head: [UInt8])
    }

    package let journal: JournalKey
    package let context: EventContext
    package let type: ReplaceableType
    /// Updates of one topic with the same key replace or continue one another.
    package let key: String
    package let content: Content
    /// Of a line of the hub's log.
    package let level: LogLevel?

    package init(
        journal: JournalKey, context: EventContext, type: ReplaceableType, key: String, content: Content,
        level: LogLevel? = nil
    ) {
        self.level = level
        self.journal = journal
        self.context = context
        self.type = type
        self.key = key
        self.content = content
    }
}

/// What an update is of, for taking it back.
package struct ReplaceableKey: Sendable, Equatable {
    package let journal: JournalKey
    package let runId: Run.ID
    package let type: ReplaceableType
    package let key: String

    package init(journal: JournalKey, runId: Run.ID, type: ReplaceableType, key: String) {
        self.journal = journal
        self.runId = runId
        self.type = type
        self.key = key
    }
}

/// What is left of the updates of one key when the viewer looks.
package struct ReplaceableDelivery: Sendable, Equatable {
    package let subscription: SubscriptionID
    package let channel: Channel
    package internal(set) var type: ReplaceableType
    package let key: String
    package internal(set) var content: ReplaceableUpdate.Content
}
