import Model
import WebCodec
import Wire

// What is asked for over HTTP and is no operation, because what comes in or goes out is no JSON: files, archives and
// event streams. The rows are in DoorRow+Table.swift, beside the table of operations: the doors ask them who may come in,
// `openapi.yaml`, `asyncapi.yaml` and `permissions.md` are written from them.
struct DoorRow: Sendable {
    /// A query member or a field of the request; those of the path are known by the route.
    struct Parameter: Sendable {
        enum Place: String, Sendable { case query, header }

        let name: String
        let place: Place
        let schema: Schema
        let summary: String
    }

    /// A body, coming or going.
    struct Content: Sendable {
        let mediaType: String
        /// Of JSON alone; nil: bytes.
        let schema: Schema?
        /// The member of a form that has the bytes.
        let formMember: String?

        static func bytes(_ mediaType: String) -> Content {
            Content(mediaType: mediaType, schema: nil, formMember: nil)
        }
        static let problem = Content(mediaType: "application/problem+json", schema: nil, formMember: nil)
        static func form(_ member: String) -> Content {
            Content(mediaType: "multipart/form-data", schema: nil, formMember: member)
        }
        /// `{data}`, as operations answer.
        static func data(_ schema: Schema) -> Content {
            Content(mediaType: "application/json", schema: schema, formMember: nil)
        }
    }

    struct Answer: Sendable {
        let status: Int
        let summary: String
        let content: Content?
        /// What it says, by the field's name.
        let headers: [String: String]

        init(_ status: Int, _ summary: String, _ content: Content? = nil, headers: [String: String] = [:]) {
            (self.status, self.summary, self.content, self.headers) = (status, summary, content, headers)
        }
    }

    let name: String
    let routes: [Route]
    let summary: String
    /// nil is open to everybody.
    let ability: Ability?
    let rateGroup: RateGroup
    let parameters: [Parameter]
    /// Any of them will do.
    let takes: [Content]
    let answers: [Answer]
    /// Those that are its own, beside what any request may meet with.
    let errors: [HubError.Code]
    /// What it files.
    let events: [EventType]
    /// For an event stream, the kind of channel whose events it tells: a row of `LiveChannelRow`.
    let channel: String?

    init(
        _ name: String, _ routes: Route..., summary: String, ability: Ability?, rateGroup: RateGroup,
        parameters: [Parameter] = [], takes: [Content] = [], answers: [Answer], errors: [HubError.Code] = [],
        events: [EventType] = [], channel: String? = nil
    ) {
        (self.name, self.routes, self.summary) = (name, routes, summary)
        (self.ability, self.rateGroup) = (ability, rateGroup)
        (self.parameters, self.takes, self.answers) = (parameters, takes, answers)
        (self.errors, self.events, self.channel) = (errors, events, channel)
    }
}

extension Operations {
    /// Whether a caller may come in by a door: what `perform` asks of an operation's.
    /// - Throws: `.rateLimited`, `.unauthenticated`, `.forbidden`.
    func admit(_ caller: Caller, to row: DoorRow) throws(HubError) {
        try limiter.admit(caller, to: row.rateGroup)
        if let ability = row.ability { try caller.require(ability, for: row.name) }
    }

    /// The same, for a door that is about a thing of a project's.
    /// - Throws: also the thing's not-found error when the caller does not see its project.
    func admit(_ caller: Caller, to row: DoorRow, on kind: EntityKind, _ text: String) async throws {
        try admit(caller, to: row)
        try await authorize(caller, for: row, on: kind, text)
    }

    /// Whether he may still, at the end of what has taken long.
    func authorize(_ caller: Caller, for row: DoorRow, on kind: EntityKind, _ text: String) async throws {
        if let ability = row.ability { try await authorize(ability, on: kind, text, for: caller, row.name) }
    }
}
