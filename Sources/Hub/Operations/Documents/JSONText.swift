import Model
import Wire

/// Writes a value as JSON for people: indented, members by name.
enum JSONText {
    static func make(_ value: JSONValue) -> String { text(value, indent: 0) + "\n" }

    private static func text(_ value: JSONValue, indent: Int) -> String {
        switch value {
        case .object(let members) where !members.isEmpty:
            block(
                members.keys.sorted().map { name in
                    "\(scalar(.string(name))): \(text(members[name] ?? .null, indent: indent + 1))"
                }, "{", "}", indent)
        case .array(let elements) where !elements.isEmpty:
            block(elements.map { text($0, indent: indent + 1) }, "[", "]", indent)
        case .null, .bool, .integer, .number, .string, .array, .object: scalar(value)
        }
    }

    private static func block(_ lines: [String], _ begin: String, _ end: String, _ indent: Int) -> String {
        let margin = String(repeating: "  ", count: indent)
        return begin + "\n" + lines.map { margin + "  " + $0 }.joined(separator: ",\n") + "\n" + margin + end
    }

    private static func scalar(_ value: JSONValue) -> String {
        String(decoding: WireJSON.encode(value), as: UTF8.self)
    }
}
