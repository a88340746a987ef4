import Journal
import Model
import Wire

/// What a client wants of a channel, told to the hub as JSON and judged here once more, independently of the hub.
struct Interest {
    let channel: Channel
    let journal: JournalKey
    var filter = EventFilter()

    var payload: [String: JSONValue] {
        var filter: [String: JSONValue] = [:]
        if !self.filter.topics.isEmpty { filter["topics"] = .array(self.filter.topics.sorted().map(JSONValue.string)) }
        if !self.filter.types.isEmpty { filter["types"] = .array(self.filter.types.sorted().map(JSONValue.string)) }
        if let card = self.filter.cardId { filter["cardId"] = .string(card.rawValue) }
        if let run = self.filter.runId { filter["runId"] = .string(run.rawValue) }
        return ["channel": .string(channel.description), "filter": .object(filter)]
    }

    func admits(_ event: EventHeader) -> Bool {
        let (card, run) = (event.context.cardId?.rawValue, event.context.runId?.rawValue)
        guard isWanted(card: card, run: run) else { return false }
        guard filter.topics.isEmpty || filter.topics.contains(event.type.topic) else { return false }
        return filter.types.isEmpty || filter.types.contains(event.type.rawValue)
    }

    /// Whether snapshot and events together tell all about a thing.
    func covers(_ thing: JSONValue) -> Bool {
        guard filter.types.isEmpty, let id = thing["id"]?.string, let topic = Self.topics[String(id.prefix(3))],
            snapshotTopics.contains(topic), filter.topics.isEmpty || filter.topics.contains(topic)
        else { return false }
        let card = topic == "card" ? id : thing["cardId"]?.string
        let run = topic == "run" ? id : thing["runId"]?.string
        return isWanted(card: card, run: run)
    }

    /// All that is in the database and that the snapshot of the channel shows.
    func things(in reader: Reader) throws -> [JSONValue] {
        switch channel {
        case .hub: try list(reader.projects(as: Stored<Project>.self))
        case .project(let id):
            try list([reader.stored(id)].compactMap(\.self)) + list(reader.boards(of: id, as: Stored<Board>.self))
                + list(reader.columns(of: id, as: Stored<BoardColumn>.self))
                + list(reader.cards(of: id, as: Stored<Card>.self)) + list(reader.runs(of: id, as: Stored<Run>.self))
        case .card(let id):
            try list([reader.stored(id)].compactMap(\.self)) + runs(of: id, in: reader)
        case .run(let id):
            try list([reader.stored(id)].compactMap(\.self)) + list(reader.entries(of: id, as: Stored<Entry>.self))
        case .job(let id): try list([reader.stored(id)].compactMap(\.self))
        case .user, .logs: []
        }
    }

    private func runs(of card: Card.ID, in reader: Reader) throws -> [JSONValue] {
        guard case .project(let project) = journal else { return [] }
        return try list(reader.runs(of: project, card: card, as: Stored<Run>.self))
    }

    private func list<E: Entity>(_ rows: [Stored<E>]) throws -> [JSONValue] {
        try rows.map { try WireJSON.parse($0.json) }
    }

    private func isWanted(card: String?, run: String?) -> Bool {
        switch channel {
        case .hub, .project: break
        case .card(let id): if card != id.rawValue { return false }
        case .run(let id): if run != id.rawValue { return false }
        // The simulated hub has no jobs, and no users.
        case .job, .user, .logs: return false
        }
        return (filter.cardId == nil || filter.cardId?.rawValue == card)
            && (filter.runId == nil || filter.runId?.rawValue == run)
    }

    var hearsOfWatchers: Bool {
        switch channel {
        case .project, .card, .run:
            filter.types.isEmpty && (filter.topics.isEmpty || filter.topics.contains("presence"))
        case .hub, .job, .user, .logs: false
        }
    }

    private var snapshotTopics: Set<String> {
        switch channel {
        case .hub: ["project"]
        case .project: ["project", "board", "column", "card", "run"]
        case .card: ["card", "run"]
        case .run: ["run", "entry"]
        case .job: ["job"]
        case .user, .logs: []
        }
    }

    private static let topics = [
        Project.idPrefix: "project", Board.idPrefix: "board", BoardColumn.idPrefix: "column", Card.idPrefix: "card",
        Run.idPrefix: "run", Entry.idPrefix: "entry",
    ]
}
