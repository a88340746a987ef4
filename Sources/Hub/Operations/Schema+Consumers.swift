import Model
import Wire

extension Schema {
    static let seekPlace = string(
        TextFormat(
            pattern: "^(oldest|newest|.+-[0-9]+)$", explanation: "`oldest`, `newest` or a position, <epoch>-<seq>",
            admits: { ["oldest", "newest"].contains($0) || JournalPosition($0) != nil }),
        max: .characters(Limits.nameCharactersMax, "nameCharactersMax"))

    static let webhookUrl = string(
        TextFormat(
            pattern: #"^https?://[^\s\u0000-\u001f\u007f]+$"#, explanation: "an http or https URL",
            admits: { text in
                (text.hasPrefix("https://") || text.hasPrefix("http://"))
                    && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            }), max: .bytes(ConsumerLimits.urlBytesMax, "urlBytesMax"))

    static let consumerFilter = named("ConsumerFilter", .object(filterFields))

    private static let filterFields: [Field] = [
        .optional(
            "topics", .array(.choice(topicNames), max: .items(topicNames.count, "eventTopics")),
            "The nouns of event types."),
        .optional("types", .array(.choice(of: EventType.self), max: .items(EventType.allCases.count, "eventTypes"))),
        .optional("cardId", .id(Card.self)), .optional("runId", .id(Run.self)),
    ]
    private static let topicNames = Set(EventType.allCases.map(\.topic)).sorted()

    static let consumer = named(
        "Consumer",
        .object([
            .required("id", .id(Consumer.self)),
            .required("projectId", .id(Project.self)),
            .required("name", .anyText, "Unique in the project."),
            .required("filter", .consumerFilter),
            .required("ackWaitMs", .count, "How long a delivery is one bot's."),
            .required("inFlightMax", .count),
            .required("deliveriesMax", .count, "How often an event is handed out before it is a dead letter."),
            .optional("webhookUrl", .anyText, "Where the hub sends the events; absent: bots pull them."),
            .required("status", .choice(of: Consumer.Status.self)),
            .optional("statusReason", .anyText, "Why the hub has paused it."),
            .optional("gap", .consumerGap, "What it missed; nothing is handed out until `consumers.seek`."),
            .required("deadLetters", .count),
            .required("version", .integer(1...Int64.max)),
            .required("createdAt", .timestamp),
            .required("updatedAt", .timestamp),
        ]))

    private static let journalPosition = object([.required("epoch", .anyText), .required("seq", .count)])

    static let consumerGap = named(
        "ConsumerGap",
        .object([
            .required("from", journalPosition), .required("to", journalPosition),
            .required("reason", .choice(of: Consumer.Gap.Reason.self)),
        ]))

    static let consumerMade = named(
        "ConsumerMade",
        .object([
            .required("consumer", .consumer),
            .optional(
                "secret", .anyText, "`whsec_…`: what messages are signed with. Told here, and never again."),
        ]))

    static let delivery = named(
        "Delivery",
        .object([
            .required("position", .anyText, "What it is acknowledged by; the same when it comes again."),
            .required("attempt", .count, "1 the first time."), .required("event", .event),
        ]))

    static let deadLetter = named(
        "DeadLetter",
        .object([
            .required("position", .anyText), .required("attempts", .count),
            .optional("reason", .anyText, "Why the last attempt failed, where somebody said so."),
            .optional("event", .event, "Absent when it is not kept any more."),
        ]))

    static let settledCount = object([
        .required("settled", .count, "How many were under way; the others had been settled, or never handed out.")
    ])
}

extension ClosedRange<Int64> {
    init(_ range: ClosedRange<Int>) { self = Int64(range.lowerBound)...Int64(range.upperBound) }
}
