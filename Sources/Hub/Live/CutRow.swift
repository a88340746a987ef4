import Model
import Wire

/// An entity with its long texts cut, and the member `truncated` that says which they are and where it is whole:
/// `{"href": "/api/cards/crd_…", "fields": [{"pointer": "/prompt", "sizeBytes": 262144}]}`.
struct CutRow {
    let json: JSONValue

    init<E: Entity>(_ row: JSONValue, of: E.Type, textBytesMax: Int) {
        var fields: [JSONValue] = []
        guard case .object(var members) = Self.cut(row, at: "", textBytesMax, &fields), !fields.isEmpty else {
            json = row
            return
        }
        members["truncated"] = ["href": .string(Self.href(of: row, E.self)), "fields": .array(fields)]
        json = .object(members)
    }

    private static func cut(
        _ value: JSONValue, at pointer: String, _ textBytesMax: Int, _ fields: inout [JSONValue]
    ) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .number: return value
        case .string(let text):
            guard let start = text.cut(toBytes: textBytesMax) else { return value }
            fields.append(["pointer": .string(pointer), "sizeBytes": .integer(Int64(text.utf8.count))])
            return .string(start)
        case .array(let elements):
            return .array(
                elements.enumerated().map { cut($0.element, at: "\(pointer)/\($0.offset)", textBytesMax, &fields) })
        case .object(let members):
            var object: [String: JSONValue] = [:]
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                object[name] = cut(member, at: pointer + "/" + JSONPointer.escape(name), textBytesMax, &fields)
            }
            return .object(object)
        }
    }

    /// Entries have no address of their own: theirs is a page of one.
    private static func href<E: Entity>(of row: JSONValue, _: E.Type) -> String {
        let id = row["id"]?.string ?? ""
        guard E.kind == .entry, let run = row["runId"]?.string, let index = row["index"]?.integer else {
            return "/api/\(E.plural)/\(id)"
        }
        return "/api/runs/\(run)/entries?" + (index > 0 ? "cursor=\(index - 1)&" : "") + "limit=1"
    }
}

extension String {
    /// Its beginning, in whole characters.
    /// - Returns: nil where it is not longer.
    func cut(toBytes bytesMax: Int) -> String? {
        guard utf8.count > bytesMax else { return nil }
        var (end, byteCount) = (startIndex, 0)
        for place in indices {
            byteCount += self[place].utf8.count
            guard byteCount <= bytesMax else { break }
            end = index(after: place)
        }
        return String(self[..<end])
    }
}
