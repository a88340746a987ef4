import Model
import Wire

/// What is said on sockets and streams as AsyncAPI 3.0: frames, channels, and every kind of event. Actions are the hub's.
struct AsyncAPIDocument {
    private static let references = "#/components/schemas/"

    private let table: OperationTable

    init(_ table: OperationTable) { self.table = table }

    var value: JSONValue {
        [
            "asyncapi": "3.0.0",
            "info": [
                "title": "Roost", "version": "1",
                "description": .string(
                    "The live side of the protocol. All channels go over one WebSocket, and some are event streams too: "
                        + "what frames mean, positions and recovery are in protocol.md; operations are in openapi.yaml. "
                        + "`x-roost.kinds` are the kinds of thing by the prefixes of their ids; the operations of "
                        + "`x-roost.idempotencyKeyRefused` are the only ones that refuse a key."
                ),
            ],
            "x-roost": [
                "idempotencyKeyRefused": .array(namesRefusingKey.map { .string($0) }),
                "kinds": .object(
                    Dictionary(
                        uniqueKeysWithValues: EntityKind.allCases.map { ($0.type.idPrefix, .string($0.rawValue)) })),
            ],
            "defaultContentType": "application/json",
            "servers": [
                "socket": ["host": "127.0.0.1:37100", "protocol": "ws", "description": "With certificates: wss."],
                "stream": [
                    "host": "127.0.0.1:37100", "protocol": "http",
                    "description": "Server-sent events. With certificates: https.",
                ],
            ],
            "channels": .object(channels), "operations": .object(operations),
            "components": ["messages": .object(messages), "schemas": schemas],
        ]
    }

    private var namesRefusingKey: [String] {
        table.operations.filter { $0.keyUse == .refused }.flatMap { [$0.name] + $0.aliases }.sorted()
    }

    // MARK: Channels

    private var channels: [String: JSONValue] {
        var channels: [String: JSONValue] = [
            "socket": [
                "address": "/api/ws", "title": "The WebSocket", "servers": [["$ref": "#/servers/socket"]],
                "summary": "Text frames, one JSON object each; with `batch=1` also arrays of them.",
                "messages": Self.messageReferences((LiveFrames.up(table) + LiveFrames.down).map(\.name)),
                "bindings": ["ws": ["method": "GET", "query": Self.query, "bindingVersion": "0.1.0"]],
            ]
        ]
        for row in LiveChannelRow.all { channels[row.name] = describe(row, Self.parameters(row.address)) }
        for stream in Self.streams {
            channels[stream.name] = describe(stream, Self.parameters(stream.routes[0].template))
        }
        return channels
    }

    private static let query: JSONValue = [
        "type": "object",
        "properties": [
            "token": ["type": "string", "description": "Where no field can be set; a first frame `auth` is better."],
            "batch": ["type": "string", "enum": ["1"]],
            "client": ["type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"],
        ],
    ]

    private func describe(_ row: LiveChannelRow, _ parameters: [String: JSONValue]) -> JSONValue {
        let snapshot = Schema.object(row.snapshot).jsonSchema(references: Self.references, closed: false)
        let members: [String: JSONValue] = [
            "address": .string(row.address), "title": .string(row.address), "summary": .string(row.summary),
            "servers": [["$ref": "#/servers/socket"]],
            "messages": Self.messageReferences(row.events.map(\.rawValue) + row.passing.map(\.rawValue) + ["gap"]),
            "x-roost": ["ability": .string(row.ability.rawValue)], "x-roost-snapshot": snapshot,
        ]
        return .object(members.merging(parameters) { own, _ in own })
    }

    private static let streams = [DoorRow.agentStream] + DoorRow.streams

    private func describe(_ stream: DoorRow, _ parameters: [String: JSONValue]) -> JSONValue {
        let rows = LiveChannelRow.all.filter { $0.name == stream.channel }
        let members: [String: JSONValue] = [
            "address": .string(stream.routes[0].template), "summary": .string(stream.summary),
            "servers": [["$ref": "#/servers/stream"]],
            "messages": Self.messageReferences(
                rows.flatMap { $0.events.map(\.rawValue) + $0.passing.map(\.rawValue) }),
        ]
        return .object(members.merging(parameters) { own, _ in own })
    }

    /// The member of that name; none where the address has no place for one.
    private static func parameters(_ address: String) -> [String: JSONValue] {
        let names = address.split(separator: "{").dropFirst().map { $0.prefix { $0 != "}" } }
        guard !names.isEmpty else { return [:] }
        let parameters = names.map { (String($0), ["description": .string("The \($0)'s id.")] as JSONValue) }
        return ["parameters": .object(Dictionary(uniqueKeysWithValues: parameters))]
    }

    private static func messageReferences(_ names: [String]) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: names.map { name in
                    (key(name), ["$ref": .string("#/components/messages/\(key(name))")])
                }))
    }

    /// `card-created`: readers disagree about dots in such names.
    private static func key(_ name: String) -> String { String(name.map { $0 == "." ? "-" : $0 }) }

    // MARK: Operations

    private var operations: [String: JSONValue] {
        var operations: [String: JSONValue] = [:]
        for row in LiveFrames.up(table) {
            operations[row.name] = [
                "action": "receive", "summary": .string(row.summary), "channel": ["$ref": "#/channels/socket"],
                "messages": Self.references(["socket": [row.name]]),
                "reply": [
                    "channel": ["$ref": "#/channels/socket"],
                    "messages": Self.references(["socket": [Self.answer(to: row.name), "error"]]),
                ],
            ]
        }
        for name in ["hello", "closing"] {
            operations[name] = [
                "action": "send", "channel": ["$ref": "#/channels/socket"],
                "messages": Self.references(["socket": [name]]),
            ]
        }
        for name in LiveChannelRow.all.map(\.name) + Self.streams.map(\.name) {
            operations["tell-\(name)"] = ["action": "send", "channel": ["$ref": .string("#/channels/\(name)")]]
        }
        return operations
    }

    private static func answer(to name: String) -> String {
        switch name {
        case "subscribe": "subscribed"
        case "unsubscribe": "unsubscribed"
        case "ping": "pong"
        default: "reply"
        }
    }

    private static func references(_ names: [String: [String]]) -> JSONValue {
        .array(
            names.flatMap { channel, messages in
                messages.map { ["$ref": .string("#/channels/\(channel)/messages/\($0)")] }
            })
    }

    // MARK: Components

    private var rows: [LiveFrames.Row] {
        LiveFrames.up(table) + LiveFrames.down
            + EventType.allCases.map {
                LiveFrames.Row(name: $0.rawValue, summary: "Durable: it has a number.", fields: LiveFrames.event($0))
            }
            + ReplaceableType.allCases.map {
                LiveFrames.Row(
                    name: $0.rawValue, summary: "Without a number; it may be lost.", fields: LiveFrames.passing($0))
            }
    }

    private var messages: [String: JSONValue] {
        Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (
                    Self.key(row.name),
                    [
                        "name": .string(row.name), "summary": .string(row.summary),
                        "payload": Schema.object(row.fields).jsonSchema(references: Self.references, closed: false),
                    ]
                )
            })
    }

    private var schemas: JSONValue {
        let used = rows.map { Schema.object($0.fields) } + LiveChannelRow.all.map { Schema.object($0.snapshot) }
        let definitions = used.reduce(into: [String: Schema]()) { $0.merge($1.definitions) { first, _ in first } }
        return .object(definitions.mapValues { $0.jsonSchema(references: Self.references, closed: false) })
    }
}
