import Model
import Wire

/// A kind of channel, for the documents: what it is called, what it tells of, and what its snapshot has.
struct LiveChannelRow {
    let name: String
    /// As `subscribe` names it, with `{…}` for an id.
    let address: String
    let summary: String
    let ability: Ability
    let events: [EventType]
    let passing: [ReplaceableType]
    let snapshot: [Schema.Field]

    private init(
        _ channel: Channel, _ summary: String, topics: Set<String>,
        passing: [ReplaceableType] = presence,
        views: Bool = false,
        snapshot: [Schema.Field]
    ) {
        address = channel.description
        name = String(address.prefix { $0 != ":" })
        (self.summary, ability) = (summary, channel.ability)
        // What somebody has seen is told to himself, not to those who follow the card.
        events = EventType.allCases.filter { $0 == .cardViewed ? views : topics.contains($0.topic) }
        (self.passing, self.snapshot) = (passing, snapshot)
    }

    private static let presence: [ReplaceableType] = [
        .presenceJoined, .presenceUpdated, .presenceLeft, .presenceListed,
    ]
    /// In the hub's journal, and in no project's.
    private static let hubOnly: Set = ["user", "token", "template", "preference"]
    private static let ofRun: Set = [
        "run", "process", "entry", "approval", "merge", "branch", "snapshot", "diff", "file", "session", "draft",
        "script", "command",
    ]
    private static let topics = Set(EventType.allCases.map(\.topic))

    private static func list(_ name: String, _ schema: Schema, _ summary: String = "") -> Schema.Field {
        .required(name, .array(schema, max: nil), summary)
    }

    /// One row for each kind of `Channel`.
    static let all: [LiveChannelRow] = [
        LiveChannelRow(
            .project(Project.ID(trusted: "{project}")), "A project's whole journal.",
            topics: topics.subtracting(hubOnly),
            snapshot: [
                .required("project", .project), list("boards", .board), list("columns", .column), list("cards", .card),
                list("runs", .run, "The newest."), list("approvals", .approval, "Those that wait for an answer."),
                list("sessions", .session, "Those that are open, the newest first."),
            ]),
        LiveChannelRow(
            .run(Run.ID(trusted: "{run}")), "What is about a run, and what its agent is saying.", topics: ofRun,
            passing: presence + [.entryDelta, .chunk],
            snapshot: [
                .required("run", .run), list("processes", .process), list("approvals", .approval),
                list("drafts", .draft),
                list("entries", .entry, "The newest, ascending."), .required("entriesTotal", .count),
            ]),
        LiveChannelRow(
            .card(Card.ID(trusted: "{card}")), "What is about a card and its runs.",
            topics: ofRun.union(["card", "attachment", "credential"]),
            snapshot: [.required("card", .card), list("runs", .run, "The newest."), list("attachments", .attachment)]),
        LiveChannelRow(
            .job(Job.ID(trusted: "{job}")),
            "A job, and the lines that it says. Of a project's it takes `project:read` there, of the hub's own `hub:admin`.",
            topics: ["job"], passing: [.jobLog],
            snapshot: [
                .required("job", .job), list("log", .jobLine, "The last."), .required("logTotal", .count),
            ]),
        LiveChannelRow(
            .hub,
            "The hub's journal, as far as it is about projects and organizations that one sees, and oneself.",
            topics: [
                "project", "member", "approval", "user", "token", "job", "credential", "profile", "organization",
                "seat", "tag", "template", "preference",
            ], passing: [], views: true,
            snapshot: [list("projects", .project)]),
        LiveChannelRow(
            .user(nil), "What is about oneself, and the questions that one may answer.",
            topics: ["user", "token", "member", "seat", "approval", "credential", "preference"], passing: [],
            views: true,
            snapshot: [
                .optional("user", .user, "Absent on a hub without users."),
                .optional("tokens", .array(.token, max: nil)),
                .optional("members", .array(.member, max: nil)), .optional("seats", .array(.seat, max: nil)),
                list("approvals", .approval),
            ]),
        LiveChannelRow(
            .logs, "The hub's own log, for administrators.", topics: [], passing: [.logLine],
            snapshot: [list("lines", .logLine), .required("linesTotal", .count)]),
    ]
}

extension Schema {
    static let logLine = named(
        "LogLine",
        .object([
            .required("number", .count, "From the hub's start; a hole is what was dropped."),
            .required("ts", .timestamp),
            .required("level", .choice(of: LogLevel.self)), .required("message", .anyText),
            .optional("metadata", .map(.anyText)),
        ]))
}
