package import Model

/// Names a subscription for as long as the broker lives; never used twice.
package struct SubscriptionID: Hashable, Sendable {
    let rawValue: UInt64
}

/// Which events of a journal a subscription is for: its channel's own scope, and the filter that the client asked for.
package struct Selection: Sendable, Equatable {
    package let channel: Channel
    package let filter: EventFilter

    package init(_ channel: Channel, filter: EventFilter = EventFilter()) {
        self.channel = channel
        self.filter = filter
    }

    package func admits(_ event: EventHeader) -> Bool { isInScope(event) && filter.admits(event) }

    /// A run's, a job's and the log's own channel get their replaceable traffic; the wider ones only the types that their filter names.
    package func admits(_ update: ReplaceableUpdate) -> Bool {
        switch channel {
        case .logs:
            guard update.type == .logLine, update.level ?? .trace >= filter.level ?? .trace else { return false }
        case .hub, .project, .card, .run, .job, .user:
            guard update.type != .logLine, isInScope(update.context) else { return false }
        }
        if filter.types.isEmpty {
            guard channel.bringsReplaceables, update.type != .chunk || filter.topics.contains(update.type.topic) else {
                return false
            }
        } else {
            guard filter.types.contains(update.type.rawValue) else { return false }
        }
        return (filter.topics.isEmpty || filter.topics.contains(update.type.topic))
            && (filter.cardId == nil || filter.cardId == update.context.cardId)
            && (filter.runId == nil || filter.runId == update.context.runId)
    }

    /// It wants raw output, which no channel brings by itself.
    var namesChunks: Bool {
        filter.types.isEmpty
            ? channel.bringsReplaceables && filter.topics.contains(ReplaceableType.chunk.topic)
            : filter.types.contains(ReplaceableType.chunk.rawValue)
    }

    /// It wants replaceable traffic although its channel does not bring any by itself.
    var namesReplaceables: Bool {
        if channel.bringsReplaceables { return false }
        return ReplaceableType.allCases.contains { filter.types.contains($0.rawValue) }
    }

    /// The hub's journal tells of approvals for those who may answer them, each on a channel of his own.
    private func isInScope(_ event: EventHeader) -> Bool {
        switch channel {
        case .hub: !event.type.isOfApproval
        case .user: event.type.isOfApproval || isInScope(event.context)
        case .project, .card, .run, .job, .logs: isInScope(event.context)
        }
    }

    private func isInScope(_ context: EventContext) -> Bool {
        switch channel {
        case .hub, .project: true
        case .card(let id): context.cardId == id
        case .run(let id): context.runId == id
        case .job(let id): context.jobId == id
        // A hub without users has one who is nobody in particular.
        case .user(let id): context.userId == (id ?? .local)
        case .logs: false
        }
    }
}

/// What a viewer asks for.
package struct SubscriptionRequest: Sendable {
    package let selection: Selection
    package let form: FrameForm
    package let journal: JournalKey
    /// Where the journal stood when the viewer last read it. It tells a broker that has heard nothing of this journal
    /// yet where its ring begins.
    package let position: JournalPosition
    /// The last event that the viewer has: its first one will be the next that the selection admits.
    package let after: UInt64
    package let clearance: Clearance

    /// - Parameter after: nil for the position itself: only what is new.
    package init(
        _ selection: Selection, form: FrameForm, journal: JournalKey, at position: JournalPosition,
        after: UInt64? = nil, clearance: @escaping Clearance
    ) {
        self.clearance = clearance
        self.selection = selection
        self.form = form
        self.journal = journal
        self.position = position
        self.after = after ?? position.seq
    }
}

extension ReplaceableType {
    package var topic: String { String(rawValue.prefix { $0 != "." }) }
}

extension Channel {
    fileprivate var bringsReplaceables: Bool {
        switch self {
        case .run, .job, .logs: true
        case .hub, .project, .card, .user: false
        }
    }
}
