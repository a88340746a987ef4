import Journal
import Model
import Wire

extension OperationTable {
    static let events: [Operation] = [
        Operation(
            "events.list", .get("/api/projects/{project}/events"),
            summary: "Lists a project's events after a position, oldest first.",
            input: [.subject(Project.self), .optional("cardId", .id(Card.self)), .optional("runId", .id(Run.self))]
                + fields, output: .array(.event, max: nil), ability: .projectRead,
            example: ["project": "website", "after": "7k3m9q2x-41", "topics": ["card", "run"]]
        ) { call in
            try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                return try events(
                    in: project, card: call.optionalID("cardId"), run: call.optionalID("runId"), for: call, reader)
            }
        },
        Operation(
            "runs.events", .get("/api/runs/{run}/events"),
            summary: "Lists a run's events after a position in its project's journal, oldest first.",
            input: [.subject(Run.self)] + fields, output: .array(.event, max: nil), ability: .projectRead,
            example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                try events(in: try reader.required(id).projectId, card: nil, run: id, for: call, reader)
            }
        },
    ]

    /// 4 MiB of payload: a page of whole tool outputs, still one allocation that nobody notices.
    private static let pageByteCountMax = 4 << 20

    private static let topicNames = Set(EventType.allCases.map(\.topic)).sorted()

    private static let fields: [Schema.Field] = [
        .optional(
            "after", .string(.position, max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
            "A position, `<epoch>-<seq>`; absent: the beginning."),
        .optional(
            "topics", .array(.choice(topicNames), max: .items(topicNames.count, "eventTopics")),
            "The nouns of event types."),
        .optional(
            "types", .array(.choice(of: EventType.self), max: .items(EventType.allCases.count, "eventTypes"))),
        .optional("severity", .choice(of: Severity.self), "Only events of exactly this one."),
        .optional(
            "cursor", .string(.position, max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
            "`meta.nextCursor` of the page before: a position too, and it takes the place of `after`."),
        .limit(Limits.eventPageMax, defaultsTo: Limits.pageMax),
    ]

    private static func events(
        in project: Project.ID, card: Card.ID?, run: Run.ID?, for call: OperationCall, _ reader: Reader
    ) throws -> OperationAnswer {
        let now = try reader.position(of: .project(project))
        let after = (call.text("cursor") ?? call.text("after")).flatMap(JournalPosition.init)
        if let after, after.epoch != now.epoch {
            throw HubError.positionGone(
                "the history of \(after) has ended", reason: DownFrame.GapReason.epoch.rawValue, now: now)
        }
        let filter = EventFilter(
            topics: call.texts("topics"), types: call.texts("types"), cardId: card, runId: run)
        let page = try reader.events(
            in: .project(project), after: after?.seq ?? 0, filter: filter, severity: call.choice("severity"),
            limit: call.limit(defaultsTo: Limits.pageMax), byteCountMax: pageByteCountMax)
        switch page {
        case .gone(let oldest):
            throw HubError.positionGone(
                "what is kept begins at \(oldest)", reason: DownFrame.GapReason.retention.rawValue, now: now)
        case .page(let events, let scannedTo, let more):
            return OperationAnswer(
                data: OperationAnswer.array(events.map(\.payload)),
                nextCursor: more ? JournalPosition(epoch: now.epoch, seq: scannedTo).description : nil, position: now)
        }
    }
}
