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
                let filter = filter(for: call, card: call.optionalID("cardId"), run: call.optionalID("runId"))
                return try events(in: project, for: call, reader, oldest: reader.oldestSeq(of: .project(project))) {
                    try reader.events(
                        in: .project(project), after: $0, filter: filter, severity: call.choice("severity"),
                        limit: call.limit(defaultsTo: Limits.pageMax), byteCountMax: pageByteCountMax,
                        where: FileMention.filter(call.text("path")))
                }
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
                let run = try reader.required(id)
                let oldest = try run.pinnedFrom ?? reader.oldestSeq(of: .project(run.projectId))
                return try events(in: run.projectId, for: call, reader, oldest: oldest) {
                    try reader.events(
                        of: run, after: $0, filter: filter(for: call, card: nil, run: id),
                        severity: call.choice("severity"), limit: call.limit(defaultsTo: Limits.pageMax),
                        byteCountMax: pageByteCountMax, where: FileMention.filter(call.text("path")))
                }
            }
        },
    ]

    /// 4 MiB of payload: a page of whole tool outputs, still one allocation that nobody notices.
    private static let pageByteCountMax = 4 << 20

    private static let topicNames = Set(EventType.allCases.map(\.topic)).sorted()

    private static let fields: [Schema.Field] = [
        .optional(
            "after", .string(.position, max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
            "A position, `<epoch>-<seq>`; absent: the oldest event that is kept."),
        .optional(
            "topics", .array(.choice(topicNames), max: .items(topicNames.count, "eventTopics")),
            "The nouns of event types."),
        .optional(
            "types", .array(.choice(of: EventType.self), max: .items(EventType.allCases.count, "eventTypes"))),
        .optional("severity", .choice(of: Severity.self), "Only events of exactly this one."),
        .optional(
            "path", .filePath,
            "Only those that name this file of a worktree, or one in this folder: `file.changed`, what an agent did with it, remarks of reviews."
        ),
        .optional(
            "cursor", .string(.position, max: .characters(Limits.nameCharactersMax, "nameCharactersMax")),
            "`meta.nextCursor` of the page before: a position too, and it takes the place of `after`."),
        .limit(Limits.eventPageMax, defaultsTo: Limits.pageMax),
    ]

    private static func filter(for call: OperationCall, card: Card.ID?, run: Run.ID?) -> EventFilter {
        EventFilter(topics: call.texts("topics"), types: call.texts("types"), cardId: card, runId: run)
    }

    /// - Parameter oldest: of the first event that can be read.
    private static func events(
        in project: Project.ID, for call: OperationCall, _ reader: Reader, oldest: UInt64,
        _ read: (_ after: UInt64) throws -> EventPage
    ) throws -> OperationAnswer {
        let now = try reader.position(of: .project(project))
        let after = (call.text("cursor") ?? call.text("after")).flatMap(JournalPosition.init)
        if let after, after.epoch != now.epoch {
            throw HubError.positionGone(
                "the history of \(after) has ended", reason: DownFrame.GapReason.epoch.rawValue, now: now)
        }
        switch try read(after?.seq ?? oldest - 1) {
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
