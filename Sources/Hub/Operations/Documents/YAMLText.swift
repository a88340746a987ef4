import Model
import Wire

/// Writes a value as YAML 1.2 in block style. Every string but plain member names is quoted as JSON quotes it, which
/// YAML reads the same way; so nothing depends on YAML's rules about what looks like a number or a truth.
enum YAMLText {
    /// What readers of such a file look for first; the rest follows by name.
    private static let first = [
        "openapi", "asyncapi", "info", "title", "version", "servers", "url", "tags", "paths", "components", "name",
        "in",
        "operationId", "summary", "description", "type", "required", "properties", "parameters", "requestBody",
        "responses", "content", "schema", "example",
    ]

    static func make(_ value: JSONValue) -> String {
        var text = ""
        write(value, indent: 0, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, indent: Int, to text: inout String) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for name in members.keys.sorted(by: precedes) {
                text += String(repeating: "  ", count: indent) + key(name) + ":"
                writeNested(members[name] ?? .null, indent: indent + 1, to: &text)
            }
        case .array(let elements) where !elements.isEmpty:
            for element in elements {
                text += String(repeating: "  ", count: indent) + "-"
                var inner = ""
                writeNested(element, indent: indent + 1, to: &inner)
                // An element that is a block begins on its dash's line.
                text += inner.hasPrefix("\n") ? " " + inner.drop { $0 == "\n" || $0 == " " } : inner
            }
        case .null, .bool, .integer, .number, .string, .array, .object:
            text += scalar(value) + "\n"
        }
    }

    private static func writeNested(_ value: JSONValue, indent: Int, to text: inout String) {
        switch value {
        case .object(let members) where !members.isEmpty: text += "\n"
        case .array(let elements) where !elements.isEmpty: text += "\n"
        case .null, .bool, .integer, .number, .string, .array, .object: text += " "
        }
        write(value, indent: indent, to: &text)
    }

    private static func scalar(_ value: JSONValue) -> String {
        String(decoding: WireJSON.encode(value), as: UTF8.self)
    }

    private static func key(_ name: String) -> String {
        let isPlain =
            name.first.map { $0.isLetter || $0 == "/" || $0 == "$" } == true
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/$_-.{}".contains($0)) }
            && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(name.lowercased())
        return isPlain ? name : scalar(.string(name))
    }

    private static func precedes(_ a: String, _ b: String) -> Bool {
        (first.firstIndex(of: a) ?? first.count, a) < (first.firstIndex(of: b) ?? first.count, b)
    }
}
