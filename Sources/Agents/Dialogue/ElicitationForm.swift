import Model

/// The flat form that MCP and ACP ask people to fill in (`elicitation`), as questions and answers in our words.
struct ElicitationForm {
    private let properties: [(name: String, schema: JSONValue)]

    /// - Parameter schema: an object's schema with properties of plain types.
    init(_ schema: JSONValue?) {
        properties = (schema?["properties"]?.object ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// As the questions of other agents: `[{question, header, options: [{label}]}]`.
    var questions: JSONValue {
        .array(
            properties.map { name, schema in
                let choices = schema["enum"]?.array ?? schema["oneOf"]?.array?.compactMap { $0["const"] }
                let yesOrNo: [JSONValue]? = schema["type"]?.string == "boolean" ? ["true", "false"] : nil
                let options = (choices ?? yesOrNo ?? []).map { JSONValue.object(["label": $0]) }
                return [
                    "header": .string(name), "question": .string(Self.question(name, schema)),
                    "multiSelect": false, "options": .array(options),
                ]
            })
    }

    /// - Parameter answers: by a question's words, or by its property's name.
    func content(_ answers: [String: String]) -> JSONValue {
        var content: [String: JSONValue] = [:]
        for (name, schema) in properties {
            guard let text = answers[Self.question(name, schema)] ?? answers[name] else { continue }
            content[name] = Self.value(text, type: schema["type"]?.string)
        }
        return .object(content)
    }

    private static func question(_ name: String, _ schema: JSONValue) -> String {
        schema["title"]?.string ?? schema["description"]?.string ?? name
    }

    private static func value(_ text: String, type: String?) -> JSONValue {
        switch type {
        case "boolean": .bool(["true", "yes"].contains(text.lowercased()))
        case "integer": Int64(text).map(JSONValue.integer) ?? .string(text)
        // JSON has no infinity, and nothing that is no number.
        case "number": Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .string(text)
        default: .string(text)
        }
    }
}
