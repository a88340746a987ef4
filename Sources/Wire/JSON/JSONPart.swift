import Model

/// What an `Encodable` has said so far: a value, or a container that its coder may still hold and add to.
enum JSONPart {
    case value(JSONValue)
    case elements(Elements)
    case members(Members)
    /// A container within a container, which its coder fills later.
    case pending(JSONPartEncoder)

    final class Elements {
        var parts: [JSONPart] = []
    }
    /// In the order in which they were encoded.
    final class Members {
        var parts: [(name: String, part: JSONPart)] = []
    }

    init(encoding value: some Encodable) throws {
        switch value {
        case let value as JSONValue: self = .value(value)
        case let value as any PlainJSON: self = .value(value.json)
        case let value as any StringKeyedDictionary: self = .members(try value.sortedMembers())
        default:
            let encoder = JSONPartEncoder()
            try value.encode(to: encoder)
            self = encoder.part ?? .value([:])
        }
    }
}

/// A dictionary has no order of its own, so its members are sorted: the same value is the same bytes.
private protocol StringKeyedDictionary {
    func sortedMembers() throws -> JSONPart.Members
}

extension Dictionary: StringKeyedDictionary where Key == String, Value: Encodable {
    fileprivate func sortedMembers() throws -> JSONPart.Members {
        let members = JSONPart.Members()
        members.parts = try sorted { $0.key < $1.key }.map { ($0.key, try JSONPart(encoding: $0.value)) }
        return members
    }
}
