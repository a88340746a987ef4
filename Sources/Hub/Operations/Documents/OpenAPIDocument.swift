import Model
import WebCodec
import Wire

/// The table of operations as OpenAPI 3.1, for those who speak REST.
struct OpenAPIDocument {
    static let references = "#/components/schemas/"

    private let table: OperationTable
    /// Named schemas that come in somewhere: unknown members are ruled out there, and so everywhere.
    private let closed: Set<String>

    init(_ table: OperationTable) {
        self.table = table
        closed = Set(table.operations.flatMap { $0.input.definitions.keys })
    }

    var value: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Roost", "version": "1",
                "description":
                    "The REST side of the protocol. All of it can be called over the WebSocket too; see protocol.md.",
            ],
            "servers": [["url": "http://127.0.0.1:37100"]],
            "tags": .array(groups.map { ["name": .string($0)] }),
            "paths": paths,
            "components": ["schemas": schemas, "responses": ["Problem": Self.problemResponse]],
        ]
    }

    private var groups: [String] {
        (table.operations.map(\.group) + DoorRow.all.map(\.group)).reduce(into: []) { groups, group in
            if !groups.contains(group) { groups.append(group) }
        }
    }

    // MARK: Paths

    private var paths: JSONValue {
        var paths: [String: JSONValue] = [:]
        for operation in table.operations {
            for (index, route) in operation.routes.enumerated() {
                var methods = paths[route.template]?.object ?? [:]
                methods[route.method.name.lowercased()] = describe(operation, route, index)
                paths[route.template] = .object(methods)
            }
        }
        for row in DoorRow.all {
            for (index, route) in row.routes.enumerated() {
                var methods = paths[route.template]?.object ?? [:]
                let method = route.method.name.lowercased()
                methods[method] = doors.describe(row, route, index, beside: methods[method])
                paths[route.template] = .object(methods)
            }
        }
        return .object(paths)
    }

    private var doors: OpenAPIDoors { OpenAPIDoors(table) }

    private func describe(_ operation: Operation, _ route: Route, _ index: Int) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(index == 0 ? operation.name : "\(operation.name).\(index + 1)"),
            "summary": .string(operation.summary), "tags": [.string(operation.group)],
            "responses": [
                String(operation.success.status): success(operation),
                "default": ["$ref": "#/components/responses/Problem"],
            ],
            "x-roost": [
                "operation": .string(operation.name),
                "ability": operation.ability.map { .string($0.rawValue) } ?? .null,
                "rateGroup": .string(operation.rateGroup.rawValue),
                "idempotencyKey": .string(operation.keyUse.rawValue),
                "events": .array(operation.events.map { .string($0.rawValue) }),
            ],
        ]
        let parameters = parameters(operation, route)
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        members["requestBody"] = requestBody(operation, route)
        return .object(members)
    }

    private func parameters(_ operation: Operation, _ route: Route) -> [JSONValue] {
        let inPath = route.parameters
        var parameters: [JSONValue] = operation.input.fields.compactMap { field in
            let place = inPath.contains(field.name) ? "path" : "query"
            guard place == "path" || !route.takesBody else { return nil }
            var members: [String: JSONValue] = [
                "name": .string(field.name), "in": .string(place),
                "required": .bool(place == "path" || field.isRequired),
                "schema": field.schema.jsonSchema(references: Self.references),
            ]
            if !field.summary.isEmpty { members["description"] = .string(field.summary) }
            members["example"] = operation.example[field.name]
            return .object(members)
        }
        if operation.input.fields.contains(where: { $0.name == "version" }) {
            parameters.append([
                "name": "If-Match", "in": "header", "required": false,
                "description": "The version that the change is based on, in quotes: the answer's `ETag`.",
                "schema": ["type": "string", "pattern": #"^("[1-9][0-9]{0,17}"|\*)$"#],
            ])
        }
        if operation.keyUse == .taken {
            parameters.append([
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Asked for again with the same key, it is answered again and not done again.",
                "schema": ["type": "string", "pattern": .string(IdempotencyKey.pattern)],
            ])
        }
        return parameters
    }

    private func requestBody(_ operation: Operation, _ route: Route) -> JSONValue? {
        let inPath = route.parameters
        let fields = operation.input.fields.filter { !inPath.contains($0.name) }
        guard route.takesBody, !fields.isEmpty else { return nil }
        let example = (operation.example.object ?? [:]).filter { member in fields.contains { $0.name == member.key } }
        return [
            "required": .bool(fields.contains(where: \.isRequired)),
            "content": [
                "application/json": [
                    "schema": Schema.object(fields).jsonSchema(references: Self.references),
                    "example": .object(example),
                ]
            ],
        ]
    }

    private func success(_ operation: Operation) -> JSONValue {
        var members: [String: JSONValue] = [
            "description": .string(operation.success.phrase), "headers": headers(operation),
        ]
        let links = links(from: operation)
        if !links.isEmpty { members["links"] = .object(links) }
        if case .noContent = operation.success { return .object(members) }
        let output = (operation.output ?? .any).jsonSchema(references: Self.references, closed: false)
        members["content"] = ["application/json": ["schema": envelope(output, operation)]]
        return .object(members)
    }

    /// From what an operation has made to the operations that are about it: what its identifier is good for.
    private func links(from operation: Operation) -> [String: JSONValue] {
        guard case .created = operation.success, case .named(let name, _)? = operation.output,
            let kind = EntityKind(rawValue: name.lowercased())
        else { return [:] }
        return table.operations.reduce(into: [:]) { links, other in
            guard let parameter = other.routes.first?.parameters.first,
                [kind.rawValue, kind.rawValue + "Id"].contains(parameter)
            else { return }
            links[other.name] = [
                "operationId": .string(other.name), "parameters": [parameter: "$response.body#/data/id"],
            ]
        }
    }

    private func envelope(_ output: JSONValue, _ operation: Operation) -> JSONValue {
        if case .bare = operation.success { return output }
        var properties: [String: JSONValue] = ["data": output]
        if operation.input.fields.contains(where: { $0.name == "cursor" }) {
            properties["meta"] = [
                "type": "object", "required": ["nextCursor"],
                "description": "Absent on the last page.",
                "properties": ["nextCursor": ["type": "string"]],
            ]
        }
        return ["type": "object", "required": ["data"], "properties": .object(properties)]
    }

    private func headers(_ operation: Operation) -> JSONValue {
        var headers: [String: JSONValue] = [:]
        func add(_ name: String, _ description: String) {
            headers[name] = ["description": .string(description), "schema": ["type": "string"]]
        }
        if operation.success.hasPosition {
            add(
                "Roost-Position", "Where the journal stood, `<epoch>-<seq>`: subscribe after it, and nothing is missed."
            )
        }
        if operation.output?.fields.contains(where: { $0.name == "version" }) == true {
            add("ETag", "The version, in quotes.")
        }
        if operation.keyUse == .taken {
            add("Idempotency-Replayed", "`true` when an earlier request with the same key had done it.")
        }
        if case .created = operation.success { add("Location", "Where it can be got.") }
        return .object(headers)
    }

    // MARK: Components

    private var schemas: JSONValue {
        let definitions = table.operations.reduce(into: [String: Schema]()) { all, operation in
            all.merge(operation.input.definitions) { first, _ in first }
            all.merge(operation.output?.definitions ?? [:]) { first, _ in first }
        }
        var schemas = [String: JSONValue]()
        for (name, schema) in definitions {
            schemas[name] = schema.jsonSchema(references: Self.references, closed: closed.contains(name))
        }
        schemas["Problem"] = Self.problem
        return .object(schemas)
    }

    private static let problem: JSONValue = [
        "type": "object",
        "description": "RFC 9457. Further members depend on the code: `errors`, `currentStatus`, `limit` …",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": [
            "type": ["type": "string", "description": "Relative to the hub, which answers it."],
            "title": ["type": "string"], "status": ["type": "integer"], "detail": ["type": "string"],
            "code": [
                "type": "string", "description": "Stable; see errors.json.",
            ],
            "instance": ["type": "string"], "retryAfterSeconds": ["type": "integer"],
            "errors": [
                "type": "array", "description": "`VALIDATION_FAILED`: every field that is wrong, missing or unknown.",
                "items": [
                    "type": "object", "required": ["pointer", "message"],
                    "properties": [
                        "pointer": ["type": "string", "description": "A JSON pointer into the input."],
                        "message": ["type": "string"],
                    ],
                ],
            ],
        ],
    ]

    private static let problemResponse: JSONValue = [
        "description": "What went wrong.",
        "content": ["application/problem+json": ["schema": ["$ref": .string(references + "Problem")]]],
    ]
}

extension Operation.Success {
    fileprivate var phrase: String {
        switch self {
        case .ok, .bare: "Done."
        case .created: "Made."
        case .noContent: "Done; there is nothing to show."
        }
    }

    /// What a probe gets stands in no journal.
    fileprivate var hasPosition: Bool { if case .bare = self { false } else { true } }
}
