/// What an event is filed under: enough to filter it without reading its JSON.
package struct EventHeader: Sendable, Equatable {
    package var seq: UInt64
    /// Whose project's it is; nil for what belongs to the hub alone.
    package var projectId: Project.ID?
    package var type: EventType
    package var severity: Severity
    package var context: EventContext

    package init(
        seq: UInt64, projectId: Project.ID? = nil, type: EventType, severity: Severity, context: EventContext
    ) {
        self.seq = seq
        self.projectId = projectId
        self.type = type
        self.severity = severity
        self.context = context
    }
}

/// Which events a subscriber wants. Empty parts want everything.
package struct EventFilter: Sendable, Equatable {
    package var topics: Set<String>
    package var types: Set<String>
    package var cardId: Card.ID?
    package var runId: Run.ID?
    /// Of the hub's log: lines that are at least so grave.
    package var level: LogLevel?

    package init(
        topics: Set<String> = [], types: Set<String> = [], cardId: Card.ID? = nil, runId: Run.ID? = nil,
        level: LogLevel? = nil
    ) {
        self.topics = topics
        self.types = types
        self.cardId = cardId
        self.runId = runId
        self.level = level
    }

    package func admits(_ event: EventHeader) -> Bool {
        (topics.isEmpty || topics.contains(event.type.topic))
            && (types.isEmpty || types.contains(event.type.rawValue))
            && (cardId == nil || cardId == event.context.cardId) && (runId == nil || runId == event.context.runId)
    }
}
