import Model
import WebCodec
import Wire

/// The doors beside the table, for the OpenAPI document.
struct OpenAPIDoors {
    private let table: OperationTable

    init(_ table: OperationTable) { self.table = table }

    /// - Parameter operation: what the document says of an operation with the same route, which answers so too.
    func describe(_ row: DoorRow, _ route: Route, _ index: Int, beside operation: JSONValue?) -> JSONValue {
        let answers = Dictionary(uniqueKeysWithValues: row.answers.map { (String($0.status), describe($0)) })
        if var members = operation?.object {
            members["responses"] = .object((members["responses"]?.object ?? [:]).merging(answers) { own, _ in own })
            members["x-roost"] = .object(
                (members["x-roost"]?.object ?? [:]).merging(["door": .string(row.name)]) { own, _ in own })
            return .object(members)
        }
        var members: [String: JSONValue] = [
            "operationId": .string(index == 0 ? row.name : "\(row.name).\(index + 1)"),
            "summary": .string(row.summary), "tags": [.string(row.group)],
            "responses": .object(
                answers.merging(["default": ["$ref": "#/components/responses/Problem"]]) { own, _ in own }),
            "x-roost": [
                "door": .string(row.name), "ability": row.ability.map { .string($0.rawValue) } ?? .null,
                "rateGroup": .string(row.rateGroup.rawValue),
                "errors": .array(row.errors.map { .string($0.rawValue) }),
                "events": .array(row.events.map { .string($0.rawValue) }),
            ],
        ]
        let parameters = route.parameters.map(inPath) + row.parameters.map(describe)
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        if !row.takes.isEmpty {
            members["requestBody"] = ["required": true, "content": .object(contents(row.takes))]
        }
        return .object(members)
    }

    /// As the operations have it that are about the same thing.
    private func inPath(_ name: String) -> JSONValue {
        let known = table.operations.first { $0.routes.contains { $0.parameters.contains(name) } }
        let field = known?.input.fields.first { $0.name == name }
        var members: [String: JSONValue] = [
            "name": .string(name), "in": "path", "required": true,
            "schema": (field?.schema ?? .anyText).jsonSchema(references: OpenAPIDocument.references),
        ]
        members["example"] = known?.example[name]
        return .object(members)
    }

    private func describe(_ parameter: DoorRow.Parameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue), "required": false,
            "description": .string(parameter.summary),
            "schema": parameter.schema.jsonSchema(references: OpenAPIDocument.references),
        ]
    }

    private func describe(_ answer: DoorRow.Answer) -> JSONValue {
        var members: [String: JSONValue] = ["description": .string(answer.summary)]
        if !answer.headers.isEmpty {
            members["headers"] = .object(
                answer.headers.mapValues { ["description": .string($0), "schema": ["type": "string"]] })
        }
        if let content = answer.content { members["content"] = .object(contents([content])) }
        return .object(members)
    }

    private func contents(_ contents: [DoorRow.Content]) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: contents.map { ($0.mediaType, ["schema": schema(of: $0)]) })
    }

    private func schema(of content: DoorRow.Content) -> JSONValue {
        let bytes: JSONValue = ["type": "string", "format": "binary"]
        if let schema = content.schema {
            let data = schema.jsonSchema(references: OpenAPIDocument.references, closed: false)
            return ["type": "object", "required": ["data"], "properties": ["data": data]]
        }
        if let member = content.formMember {
            return [
                "type": "object", "required": [.string(member)], "properties": .object([member: bytes]),
            ]
        }
        if content.mediaType == DoorRow.Content.problem.mediaType {
            return ["$ref": .string(OpenAPIDocument.references + "Problem")]
        }
        return bytes
    }
}

extension DoorRow {
    /// What the document groups it by.
    var group: String { channel == nil ? String(name.prefix { $0 != "." }) : "streams" }
}
