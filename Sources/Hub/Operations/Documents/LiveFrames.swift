import Model
import Wire

/// The frames of the WebSocket as schemas, for the documents.
enum LiveFrames {
    struct Row {
        let name: String
        let summary: String
        let fields: [Schema.Field]
    }

    private static let id = Schema.any
    private static let answered = Schema.Field.required("id", id, "The client's own, as it came.")
    private static let ofFrame = Schema.Field.optional(
        "id", id,
        "A number, or a string of at most \(FrameID.bytesMax) bytes; without it there is no answer but errors.")
    private static let position = Schema.object([.required("epoch", .anyText), .required("seq", .count)])
    private static let target: [Schema.Field] = [
        .optional("projectId", .anyText, "A project's id or slug; or `channel`."), .optional("channel", .anyText),
    ]

    private static func type(_ names: String...) -> Schema.Field { .required("type", .choice(names)) }

    /// What a client says. The payload of an operation is its input in openapi.yaml.
    static func up(_ table: OperationTable) -> [Row] {
        let names = table.operations.flatMap { [$0.name] + $0.aliases }.sorted()
        return [
            Row(
                name: "auth", summary: "Says who one is: the first frame, or none.",
                fields: [type("auth"), ofFrame, .required("payload", .object([.required("token", .anyText)]))]),
            Row(
                name: "subscribe", summary: "Follows a channel.",
                fields: [type("subscribe"), ofFrame, .required("payload", SubscribeInput.schema)]),
            Row(
                name: "unsubscribe", summary: "Leaves a channel.",
                fields: [type("unsubscribe"), ofFrame, .required("payload", .object(target))]),
            Row(
                name: "presence", summary: "Shows those who watch a channel what one does.",
                fields: [
                    type("presence"), ofFrame, .required("payload", .object(target + [.required("state", .any)])),
                ]),
            Row(name: "ping", summary: "Asks whether the hub is there.", fields: [type("ping"), ofFrame]),
            Row(
                name: "call", summary: "Has an operation done; its payload is its input in openapi.yaml.",
                fields: [
                    .required("type", .choice(names)), ofFrame,
                    .optional(
                        "idempotencyKey", .anyText, "Asked for again with it, it is answered again and not done again."),
                    .optional("payload", .map(.any)),
                ]),
        ]
    }

    /// What the hub says that is no event.
    static let down: [Row] = [
        Row(
            name: "hello", summary: "The first frame, always.",
            fields: [
                type("hello"),
                .required(
                    "data",
                    .object([
                        .required("protocol", .count), .required("server", .anyText), .required("node", .anyText),
                        .required("connectionId", .anyText), .optional("user", .actor, "Absent until `auth`."),
                        .required("pingIntervalMs", .count), .required("limits", .map(.count)),
                        .required("capabilities", .array(.anyText, max: nil)),
                    ])),
            ]),
        Row(
            name: "reply", summary: "An answer.",
            fields: [
                type("reply"), answered, .optional("data", .any, "The operation's output in openapi.yaml."),
                .optional(
                    "meta",
                    .object([
                        .optional("position", .any), .optional("nextCursor", .anyText), .optional("replayed", .boolean),
                    ])),
            ]),
        Row(
            name: "error", summary: "A refusal.",
            fields: [
                type("error"), .optional("id", id, "Absent where the frame had none, or could not be read."),
                .required("error", problem, "A problem document (RFC 9457); see errors.json."),
            ]),
        Row(
            name: "subscribed", summary: "From here on events follow.",
            fields: [
                type("subscribed"), .optional("id", id), .required("channel", .anyText),
                .required(
                    "data",
                    .object([
                        .required("channel", .anyText), .required("epoch", .anyText), .required("seq", .count),
                        .required("recovered", .boolean, "Every event after the client's own position follows."),
                        .optional("snapshot", .map(.any), "The channel's state at exactly `seq`."),
                        .optional("viewers", .array(viewer, max: nil)), .optional("viewersTotal", .count),
                    ])),
            ]),
        Row(
            name: "unsubscribed", summary: "No event follows.",
            fields: [type("unsubscribed"), .optional("id", id), .required("channel", .anyText)]),
        Row(name: "pong", summary: "The hub is there.", fields: [type("pong"), .optional("id", id)]),
        Row(
            name: "gap", summary: "Events are missing; the subscription is over.",
            fields: [
                type("gap"), .required("channel", .anyText),
                .required(
                    "data",
                    .object([
                        .required("from", .anyText, "A position."), .required("to", .anyText),
                        .required("reason", .choice(of: DownFrame.GapReason.self)), .required("resubscribe", .boolean),
                    ])),
            ]),
        Row(
            name: "closing", summary: "The hub goes away.",
            fields: [
                type("closing"),
                .required("data", .object([.required("reason", .anyText), .optional("retryAfterMs", .count)])),
            ]),
    ]

    /// A durable event, as a channel tells of it.
    static func event(_ type: EventType) -> [Schema.Field] {
        [
            .required("channel", .anyText), .required("type", .choice([type.rawValue])), .required("seq", .count),
            .required("ts", .timestamp), .optional("projectId", .id(Project.self), "Absent in the hub's journal."),
            .optional("cardId", .id(Card.self)), .optional("runId", .id(Run.self)),
            .optional("processId", .id(ChildProcess.self)), .optional("userId", .id(User.self)),
            .optional("organizationId", .id(Organization.self)),
            .required("severity", .choice(of: Severity.self)), .required("actor", .actor),
            .required("data", data(of: type)),
        ]
    }

    /// A frame without a number, which may be lost.
    static func passing(_ type: ReplaceableType) -> [Schema.Field] {
        let data: [Schema.Field] =
            switch type {
            case .entryDelta:
                [
                    .required("runId", .id(Run.self)), .required("index", .count), .required("kind", .anyText),
                    .required("text", .anyText, "Appended to what the entry has."),
                ]
            case .chunk:
                [
                    .required("runId", .id(Run.self)), .required("processId", .id(ChildProcess.self)),
                    .required("stream", .choice(of: OutputStream.self)),
                    .required("offset", .count, "Of the text's first byte; a hole before it is to be read, if wanted."),
                    .required("text", .anyText),
                ]
            case .jobLog:
                [
                    .required("jobId", .id(Job.self)), .required("next", .count, "The line after these."),
                    .required("text", .anyText),
                ]
            case .logLine: Schema.logLine.fields
            case .presenceJoined, .presenceLeft, .presenceUpdated, .presenceListed:
                [.required("viewers", .array(viewer, max: nil)), .required("viewersTotal", .count)]
            }
        return [
            .required("type", .choice([type.rawValue])), .required("channel", .anyText),
            .required("data", .object(data)),
        ]
    }

    /// The whole entity after the change; of a deletion, its id.
    static func data(of type: EventType) -> Schema {
        if type.rawValue.hasSuffix(".deleted") { return .object([.required("id", .anyText)]) }
        // The nouns of which two kinds of thing are told.
        return switch type {
        case .branchUpdated: .runBranch
        case .cardViewed: .cardView
        case .runSummary: .runSummary
        default: things[type.topic] ?? .any
        }
    }

    /// What the events of a topic are about.
    static let things: [String: Schema] = [
        "project": .project, "board": .board, "column": .column, "card": .card, "run": .run, "process": .process,
        "entry": .entry, "approval": .approval, "diff": .diffUpdate, "file": .changedFiles, "merge": .run,
        "branch": .run, "snapshot": .either(.run, .project),
        "commit": .run, "push": .run, "pr": .run, "review": .review, "session": .session, "script": .process,
        "command": .recordedCommand,
        "consumer": .consumer, "attachment": .attachment, "job": .job, "user": .user, "token": .token,
        "member": .member, "policy": .policy, "credential": .credential, "profile": .profile, "draft": .draft,
        "organization": .organization, "seat": .seat,
        "tag": .tag, "template": .template, "preference": .preference,
    ]

    private static let viewer = Schema.named(
        "Viewer",
        .object([
            .required("user", .actor), .required("connections", .count),
            .required("state", .any, "What one of its connections showed last; null until then."),
        ]))

    private static let problem = Schema.named(
        "Problem",
        .object([
            .required("type", .anyText), .required("title", .anyText), .required("status", .count),
            .required("detail", .anyText), .required("code", .anyText), .optional("retryAfterSeconds", .count),
        ]))
}
