// What the hub can be asked to do, declared once.
//
// An operation has a name, a route, an input, an output and a handler; the table of all of them (OperationTable.swift,
// and the lists in Table/) is what the REST door routes by, what a WebSocket frame names, and what `openapi.yaml` is
// written from. Path, query and body are members of one input object, so a frame's payload is the same object:
//
//   POST /api/cards/crd_1/move {"columnId": "col_2"}
//   {"type": "cards.move", "payload": {"card": "crd_1", "columnId": "col_2"}}
//
// Read Table/CardOperations.swift for the manner, then Operations.swift for what every call goes through.

package import Model
import WebCodec
package import Wire

package struct Operation: Sendable {
    /// What a success is over REST.
    package enum Success: Sendable {
        /// 200 with `{data, meta?}`.
        case ok
        /// 201 with the same, and `Location`.
        case created
        /// 204 without a body.
        case noContent
        /// 200 with the output alone: what probes of other systems expect of `/health`.
        case bare
    }

    /// Spelled as the documents have it.
    package enum KeyUse: String, Sendable {
        /// It makes the operation happen once.
        case taken
        /// With an error: the answer would have to be kept, and tells a secret.
        case refused
        /// Nothing is changed.
        case ignored
    }

    /// `noun.verb`. Names are API: never renamed.
    package let name: String
    /// Further names, for clients of other systems.
    package let aliases: [String]
    package let summary: String
    /// The first is the one that the documents show first; all of them lead here.
    package let routes: [Route]
    /// An object: path, query and body in one.
    package let input: Schema
    /// Of `data`.
    package let output: Schema?
    package let success: Success
    /// nil is open to everybody. One of a project is needed in the project that the call is about.
    package let ability: Ability?
    /// It is about all projects unless it says which, and looks itself which ones its caller may see.
    let spansProjects: Bool
    /// It computes for microseconds between its waits for the journal, so that it may be done where its caller lives.
    let isBrief: Bool
    /// It may take long to answer, and what it answers is seen only by those who may see it then.
    let waits: Bool
    /// For one that waits for what it makes, or whose answer is not to be kept.
    let resumption: Resumption?
    /// Its answer has a secret, which is kept nowhere, so that it cannot be told again.
    let tellsSecret: Bool
    /// Unless said: `standard` for what changes something, `reading` for what does not.
    package let rateGroup: RateGroup
    /// Those that it files itself; what follows from them (a run that begins) is not listed.
    package let events: [EventType]
    package let example: JSONValue
    let handler: Handler

    typealias Handler = @Sendable (OperationCall) async throws -> OperationAnswer

    init(
        _ name: String, _ routes: Route..., aliases: [String] = [], summary: String, input: [Schema.Field] = [],
        output: Schema? = nil, success: Success = .ok, ability: Ability?, isBrief: Bool = false,
        rateGroup: RateGroup? = nil,
        spansProjects: Bool = false, waits: Bool = false, resumption: Resumption? = nil, tellsSecret: Bool = false,
        events: [EventType] = [],
        example: JSONValue = [:],
        handler: @escaping Handler
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.routes = routes
        self.input = .object(input)
        self.output = output
        self.success = success
        self.ability = ability
        self.rateGroup = rateGroup ?? (routes.contains { $0.method != .get } ? .standard : .reading)
        self.spansProjects = spansProjects
        self.isBrief = isBrief
        self.waits = waits
        self.resumption = resumption
        self.tellsSecret = tellsSecret
        self.events = events
        self.example = example
        self.handler = handler
    }

    /// It waits for something to happen, and has done nothing until it answers: nobody misses it when it is given up.
    package var isOnlyWaiting: Bool { waits && resumption == nil }

    var changesSomething: Bool { routes.contains { $0.method != .get } }

    /// What is done with an idempotency key that a call of it has.
    package var keyUse: KeyUse { changesSomething ? tellsSecret ? .refused : .taken : .ignored }

    /// What a call is about, which its routes say, or its `project`: the first of these members that it has.
    var subjects: [(member: String, kind: EntityKind)] {
        let names = routes.flatMap(\.parameters) + (spansProjects ? [EntityKind.project.rawValue] : [])
        return names.compactMap { name in
            EntityKind(rawValue: name.hasSuffix("Id") ? String(name.dropLast(2)) : name).map { (name, $0) }
        }
    }

    /// The noun, which the documents are grouped by.
    package var group: String { String(name.prefix { $0 != "." }) }
}
