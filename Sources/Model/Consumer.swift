/// A bot's durable place in a project's journal: every event that its filter admits is handed out until it is
/// acknowledged. With a webhook, the hub hands them out itself.
///
/// How far it has come, and what is under way, are the journal's own bookkeeping: they change with every event.
package struct Consumer: ProjectEntity {
    package typealias ID = Identifier<Consumer>
    package static let idPrefix = "cns"
    package static let kind = EntityKind.consumer

    package enum Status: String, Codable, Sendable, CaseIterable {
        case active
        /// Nothing is handed out: somebody wants it so, or the hub had to (`statusReason`).
        case paused
    }
    package struct Filter: Codable, Sendable, Equatable {
        /// Sorted; empty wants everything.
        package var topics: [String]
        package var types: [String]
        package var cardId: Card.ID?
        package var runId: Run.ID?

        package init(topics: [String] = [], types: [String] = [], cardId: Card.ID? = nil, runId: Run.ID? = nil) {
            self.topics = Set(topics).sorted()
            self.types = Set(types).sorted()
            self.cardId = cardId
            self.runId = runId
        }

        /// What a client leaves out wants everything.
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                topics: try values.decodeIfPresent([String].self, forKey: .topics) ?? [],
                types: try values.decodeIfPresent([String].self, forKey: .types) ?? [],
                cardId: try values.decodeIfPresent(Card.ID.self, forKey: .cardId),
                runId: try values.decodeIfPresent(Run.ID.self, forKey: .runId))
        }

        /// Never what is told of consumers: a bot that refuses everything would be told of each refusal.
        package func admits(_ event: EventHeader) -> Bool {
            event.type.topic != Consumer.kind.rawValue && inJournal.admits(event)
        }

        package var inJournal: EventFilter {
            EventFilter(topics: Set(topics), types: Set(types), cardId: cardId, runId: runId)
        }
    }
    /// What it missed and can no longer get. Nothing is handed out until it is told where to go on.
    package struct Gap: Codable, Sendable, Equatable {
        package enum Reason: String, Codable, Sendable, CaseIterable {
            case retention, epoch
        }
        package let from: JournalPosition
        package let to: JournalPosition
        package let reason: Reason

        package init(from: JournalPosition, to: JournalPosition, reason: Reason) {
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    package let id: ID
    package let projectId: Project.ID
    package var name: String
    package var filter: Filter
    /// How long a delivery is one bot's before it is handed out again.
    package var ackWaitMs: Int
    /// Deliveries that are neither acknowledged nor dead, at most.
    package var inFlightMax: Int
    /// How often an event is handed out before it is a dead letter.
    package var deliveriesMax: Int
    /// Where the hub sends the events; nil: bots pull them.
    package var webhookUrl: String?
    package var status: Status
    package var statusReason: String?
    package var gap: Gap?
    package var deadLetters: Int
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var context: EventContext { EventContext(cardId: filter.cardId, runId: filter.runId) }
    package var isHandedOut: Bool { status == .active && gap == nil }

    package init(
        id: ID, projectId: Project.ID, name: String, filter: Filter, ackWaitMs: Int, inFlightMax: Int,
        deliveriesMax: Int, webhookUrl: String?, at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.name = name
        self.filter = filter
        self.ackWaitMs = ackWaitMs
        self.inFlightMax = inFlightMax
        self.deliveriesMax = deliveriesMax
        self.webhookUrl = webhookUrl
        status = .active
        deadLetters = 0
        version = 1
        createdAt = now
        updatedAt = now
    }
}
