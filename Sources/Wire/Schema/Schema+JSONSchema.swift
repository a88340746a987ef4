package import Model

extension Schema {
    /// As JSON Schema, 2020-12.
    ///
    /// A limit in bytes cannot be said there; it stands as a limit of characters, which is never tighter, and in words.
    /// - Parameters:
    ///   - references: what a named schema's reference begins with.
    ///   - closed: whether unknown members are ruled out. They are in what comes in; in what goes out a client has to
    ///     expect members that it does not know yet.
    package func jsonSchema(references: String = "#/$defs/", closed: Bool = true) -> JSONValue {
        switch self {
        case .any: [:]
        case .boolean: ["type": "boolean"]
        case .integer(let range): Self.jsonSchema(range)
        case .number: ["type": "number"]
        case .choice(let choices): ["type": "string", "enum": .array(choices.map(JSONValue.string))]
        case .string(let format, let max): Self.jsonSchema(format, max)
        case .array(let schema, let max): Self.jsonSchema(schema, max, references, closed)
        case .map(let schema):
            ["type": "object", "additionalProperties": schema.jsonSchema(references: references, closed: closed)]
        case .object(let fields): Self.jsonSchema(fields, references, closed)
        case .nullable(let schema):
            ["anyOf": [schema.jsonSchema(references: references, closed: closed), ["type": "null"]]]
        case .either(let first, let second):
            ["anyOf": .array([first, second].map { $0.jsonSchema(references: references, closed: closed) })]
        case .named(let name, _): ["$ref": .string(references + name)]
        }
    }

    /// The named schemas that this one refers to, and those that they refer to, by name.
    package var definitions: [String: Schema] {
        switch self {
        case .any, .boolean, .integer, .number, .choice, .string: [:]
        case .array(let schema, _), .map(let schema), .nullable(let schema): schema.definitions
        case .either(let first, let second): first.definitions.merging(second.definitions) { first, _ in first }
        case .object(let fields):
            fields.reduce(into: [:]) { $0.merge($1.schema.definitions) { first, _ in first } }
        case .named(let name, let schema): schema.definitions.merging([name: schema]) { first, _ in first }
        }
    }

    /// The members of the object that this is, whatever its name; none for what is no object.
    package var fields: [Field] {
        switch self {
        case .object(let fields): fields
        case .named(_, let schema), .nullable(let schema): schema.fields
        case .any, .boolean, .integer, .number, .choice, .string, .array, .map, .either: []
        }
    }

    private static func jsonSchema(_ range: ClosedRange<Int64>) -> JSONValue {
        var members: [String: JSONValue] = ["type": "integer"]
        if range.lowerBound != .min { members["minimum"] = .integer(range.lowerBound) }
        if range.upperBound != .max { members["maximum"] = .integer(range.upperBound) }
        return .object(members)
    }

    private static func jsonSchema(_ format: TextFormat, _ max: SizeLimit?) -> JSONValue {
        var members: [String: JSONValue] = ["type": "string"]
        members["pattern"] = format.pattern.map(JSONValue.string)
        if let max {
            members["maxLength"] = .integer(Int64(max.maximum))
            if max.unit == .bytes { members["description"] = .string("At most \(max.maximum) bytes of UTF-8.") }
        }
        return .object(members)
    }

    private static func jsonSchema(
        _ element: Schema, _ max: SizeLimit?, _ references: String, _ closed: Bool
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": "array", "items": element.jsonSchema(references: references, closed: closed),
        ]
        if let max { members["maxItems"] = .integer(Int64(max.maximum)) }
        return .object(members)
    }

    private static func jsonSchema(_ fields: [Field], _ references: String, _ closed: Bool) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for field in fields {
            var property = field.schema.jsonSchema(references: references, closed: closed).object ?? [:]
            if !field.summary.isEmpty {
                let own = property["description"]?.string.map { " " + $0 } ?? ""
                property["description"] = .string(field.summary + own)
            }
            properties[field.name] = .object(property)
        }
        var members: [String: JSONValue] = [
            "type": "object", "properties": .object(properties),
        ]
        if closed { members["additionalProperties"] = false }
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members["required"] = .array(required) }
        return .object(members)
    }
}
