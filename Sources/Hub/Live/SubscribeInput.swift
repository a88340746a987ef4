import Model
import WebCodec
import Wire

/// What a `subscribe` asks for.
struct SubscribeInput: Sendable {
    let target: ChannelTarget
    var after: JournalPosition?
    var wantsSnapshot = false
    var filter = EventFilter()

    /// 64 names: more than there are types.
    static let filterNamesMax = 64

    static let schema = Schema.object([
        .optional("projectId", name, "The project's identifier or slug; or `channel`."),
        .optional(
            "channel", name, "`hub`, `project:…`, `run:…`, `card:…`, `job:…`, `user:me` or `logs`; or `projectId`."),
        .optional("after", .any, "The last position seen: `{epoch, seq}`, or `<epoch>-<seq>`."),
        .optional("snapshot", .boolean, "Whether the state is wanted where events cannot continue from `after`."),
        .optional(
            "filter",
            .object([
                .optional("topics", .array(.choice(topicNames), max: names), "The nouns of event types."),
                .optional("types", .array(.choice(typeNames), max: names)),
                .optional("cardId", .id(Card.self)),
                .optional("runId", .id(Run.self)),
                .optional("level", .choice(of: LogLevel.self), "On `logs`: lines at least so grave."),
            ])),
    ])
    static let targetSchema = Schema.object([.optional("projectId", name), .optional("channel", name)])

    private static let name = Schema.line(.characters(Limits.nameCharactersMax, "nameCharactersMax"))
    private static let names = SizeLimit.items(filterNamesMax, "filterNamesMax")
    private static let typeNames = EventType.allCases.map(\.rawValue) + ReplaceableType.allCases.map(\.rawValue)
    private static let topicNames = Set(typeNames.map { String($0.prefix { $0 != "." }) }).sorted()

    init(_ payload: JSONValue) throws(HubError) {
        try Self.check(payload, Self.schema)
        target = try Self.target(payload)
        after = try Self.position(payload["after"])
        wantsSnapshot = payload["snapshot"]?.bool ?? false
        filter = Self.filter(payload["filter"] ?? [:])
    }

    /// The query of an event stream: `topics` and `types` with commas, `cardId`, `runId`, `level`, `lastEventId`. A browser that
    /// comes back says the latter in a header.
    init(_ target: ChannelTarget, streamQuery head: RequestHead) throws(HubError) {
        self.target = target
        var members: [String: JSONValue] = [:]
        for name in ["topics", "types"] {
            guard let text = head.queryValue(name) else { continue }
            members[name] = .array(text.split(separator: ",").map { .string(String($0)) })
        }
        for name in ["cardId", "runId", "level"] { members[name] = head.queryValue(name).map(JSONValue.string) }
        try Self.check(["filter": .object(members)], Self.schema)
        filter = Self.filter(.object(members))
        if let text = Self.lastEventID(head) {
            // What is no position of ours is one that cannot be continued; a browser would not come back from an error.
            after = JournalPosition(text) ?? JournalPosition(epoch: "", seq: 0)
        }
    }

    init(_ target: ChannelTarget, after: JournalPosition?, filter: EventFilter) {
        (self.target, self.after, self.filter) = (target, after, filter)
    }

    static func lastEventID(_ head: RequestHead) -> String? {
        head.headers["Last-Event-ID"] ?? head.queryValue("lastEventId")
    }

    /// What `unsubscribe` and `presence` name.
    static func target(_ payload: JSONValue) throws(HubError) -> ChannelTarget {
        switch (payload["projectId"]?.string, payload["channel"]?.string) {
        case (let project?, nil): return ChannelTarget(project: project)
        case (nil, let channel?): return try ChannelTarget(channel)
        case (nil, nil): throw HubError.invalid("/channel", "is missing, and so is projectId")
        case (_?, _?): throw HubError.invalid("/channel", "is given, and projectId too")
        }
    }

    static func check(_ payload: JSONValue, _ schema: Schema) throws(HubError) {
        let errors = schema.validate(payload)
        guard errors.isEmpty else { throw HubError.invalid(errors) }
    }

    private static func position(_ value: JSONValue?) throws(HubError) -> JournalPosition? {
        switch value ?? .null {
        case .null: return nil
        case .string(let text):
            if let position = JournalPosition(text) { return position }
        case let value:
            if let epoch = value["epoch"]?.string, let seq = value["seq"]?.integer, seq >= 0 {
                return JournalPosition(epoch: epoch, seq: UInt64(seq))
            }
        }
        throw HubError.invalid("/after", "must be {epoch, seq} or <epoch>-<seq>")
    }

    private static func filter(_ value: JSONValue) -> EventFilter {
        func names(_ member: String) -> Set<String> { Set(value[member]?.array?.compactMap(\.string) ?? []) }
        return EventFilter(
            topics: names("topics"), types: names("types"), cardId: value["cardId"]?.string.flatMap(Card.ID.init),
            runId: value["runId"]?.string.flatMap(Run.ID.init), level: value["level"]?.string.flatMap(LogLevel.init))
    }
}
