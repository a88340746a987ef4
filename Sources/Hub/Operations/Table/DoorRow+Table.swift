import Engine
import Model
import WebCodec
import Wire

extension DoorRow {
    static let all: [DoorRow] =
        [attachmentsUpload, attachmentsDownload, exportsUpload, exportsDownload, agentStream] + streams

    /// Those that are nothing but event streams.
    static let streams: [DoorRow] = [projectStream, runStream, cardStream, allStream, jobStream, logStream]

    // MARK: Files

    static let attachmentsUpload = DoorRow(
        "attachments.upload", .post("/api/cards/{card}/attachments"),
        summary: "Attaches a file to a card: a form with one file, or the file itself with its name in the query.",
        ability: .boardWrite, rateGroup: .standard,
        parameters: [
            .query("filename", .anyText, "The file's name, where the body is the file itself and no form.")
        ], takes: [.form("file"), .bytes("application/octet-stream")],
        answers: [
            Answer(
                201, "Attached.", .data(.attachment),
                headers: ["Location": "Where it can be got.", "Roost-Position": "Where the journal stood."])
        ],
        errors: [.badRequest, .cardNotFound, .validationFailed, .limitExceeded, .storageFull, .storageFailed],
        events: [.attachmentCreated])

    static let attachmentsDownload = DoorRow(
        "attachments.download", .get("/api/attachments/{attachment}"),
        summary:
            "Gives the file, with conditions and ranges. Pictures, sound, films and plain text keep their type; everything else is `application/octet-stream`.",
        ability: .projectRead, rateGroup: .reading, parameters: conditions, answers: file("*/*"),
        errors: [.attachmentNotFound, .versionStale, .rangeNotSatisfiable, .storageFailed])

    static let exportsUpload = DoorRow(
        "exports.upload", .post("/api/exports"),
        summary: "Brings the archive of an exported project, for `projects.import`. Nobody looks into it before.",
        ability: .hubAdmin, rateGroup: .standard, takes: [.bytes(tar)],
        answers: [Answer(201, "It is in the data folder.", .data(.export))],
        errors: [.badRequest, .limitExceeded, .storageFull, .storageFailed])

    static let exportsDownload = DoorRow(
        "exports.download", .get("/api/exports/{export}"),
        summary: "Gives the archive of an exported project, with conditions and ranges.", ability: .hubAdmin,
        rateGroup: .reading, parameters: conditions, answers: file(tar),
        errors: [.exportNotFound, .versionStale, .rangeNotSatisfiable, .storageFailed])

    private static let tar = "application/x-tar"

    private static let conditions: [Parameter] = [
        .header("Range", "One range of bytes, `bytes=0-99`; several get the whole."),
        .header("If-Range", "A range is wanted only of this `ETag`."), .header("If-None-Match", "An `ETag`: 304."),
        .header("If-Match", "An `ETag`: 412 where it is another."),
    ]

    private static func file(_ mediaType: String) -> [Answer] {
        let tag = ["ETag": "The file's; a file never changes."]
        let whole = tag.merging(["Accept-Ranges": "`bytes`.", "Content-Disposition": "Its name."]) { own, _ in own }
        return [
            Answer(200, "The whole.", .bytes(mediaType), headers: whole),
            Answer(
                206, "The range that was asked for.", .bytes(mediaType),
                headers: whole.merging(["Content-Range": "`bytes 0-99/1234`."]) { own, _ in own }),
            Answer(304, "It is what `If-None-Match` names.", headers: tag),
            Answer(
                416, "The range begins behind its end (`RANGE_NOT_SATISFIABLE`).", .problem,
                headers: ["Content-Range": "`bytes */1234`: how many bytes there are."]),
        ]
    }

    // MARK: Event streams

    /// The route is an operation's, `runs.ask`, whose input says everything.
    static let agentStream = DoorRow(
        "agentStream", .post("/api/projects/{project}/agent"), .post("/api/agent"),
        summary: "With `stream`, or `Accept: text/event-stream`: the run's events, and at its end `done`.",
        ability: .runWrite, rateGroup: .starting, answers: [eventStream], errors: [.notAcceptable],
        events: [.runCreated, .runQueued], channel: "run")

    static let projectStream = stream(
        "projectStream", "/api/projects/{project}/events/stream", "A project's events.", of: "project",
        errors: [.projectNotFound])
    static let runStream = stream(
        "runStream", "/api/runs/{run}/events/stream", "A run's events.", of: "run", errors: [.runNotFound])
    static let cardStream = stream(
        "cardStream", "/api/cards/{card}/events/stream", "A card's events.", of: "card", errors: [.cardNotFound])
    static let allStream = DoorRow(
        "allStream", .get("/api/events"), summary: "The events of all projects that the caller sees.",
        ability: .hubRead, rateGroup: .open, parameters: ofProject + [lastEventID, lastEventIDInQuery],
        answers: [eventStream], errors: [.validationFailed, .notAcceptable, .rateLimited, .limitExceeded],
        channel: "project")
    static let jobStream = DoorRow(
        "jobStream", .get("/api/jobs/{job}/stream"), summary: "A job and its lines, until it is over.",
        ability: .hubRead, rateGroup: .open, parameters: [lastEventID, lastEventIDInQuery], answers: [eventStream],
        errors: [.jobNotFound, .notAcceptable], channel: "job")
    static let logStream = stream(
        "logStream", "/api/logs/stream", "The hub's own log.", of: "logs",
        filters: [.query("level", .choice(of: LogLevel.self), "Lines at least so grave.")])

    private static let eventStream = Answer(
        200, "Server-sent events, for as long as the client listens.", .bytes(ServerSentEvent.mediaType))

    private static let lastEventID = Parameter.header("Last-Event-ID", "The last position seen: go on behind it.")
    private static let lastEventIDInQuery = Parameter.query(
        "lastEventId", .anyText, "The same, where fields cannot be set.")

    private static let ofProject: [Parameter] = [
        .query("topics", .anyText, "The nouns of event types, with commas."),
        .query("types", .anyText, "Types of events, with commas."), .query("cardId", .id(Card.self), "Events of it."),
        .query("runId", .id(Run.self), "Events of it."),
    ]

    private static func stream(
        _ name: String, _ path: String, _ summary: String, of channel: String,
        filters: [Parameter] = ofProject, errors: [HubError.Code] = []
    ) -> DoorRow {
        DoorRow(
            name, .get(path), summary: summary,
            ability: LiveChannelRow.all.first { $0.name == channel }?.ability,
            // How many are open is what counts: `eventStreamsPerUserMax`.
            rateGroup: .open,
            parameters: filters + [
                .query("eventName", .anyText, "What each event is called; absent: its type."),
                .query("client", .anyText, "A name for this client's connections."), lastEventID, lastEventIDInQuery,
            ], answers: [eventStream], errors: errors + [.validationFailed, .notAcceptable, .rateLimited],
            channel: channel)
    }
}

extension DoorRow.Parameter {
    fileprivate static func query(_ name: String, _ schema: Schema, _ summary: String) -> Self {
        Self(name: name, place: .query, schema: schema, summary: summary)
    }

    fileprivate static func header(_ name: String, _ summary: String) -> Self {
        Self(name: name, place: .header, schema: .anyText, summary: summary)
    }
}
