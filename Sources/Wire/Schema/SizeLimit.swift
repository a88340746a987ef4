/// How much of something is accepted, and what the limit is called.
package struct SizeLimit: Sendable, Equatable {
    package enum Unit: String, Sendable {
        case characters, bytes, items
    }

    package let maximum: Int
    package let unit: Unit
    package let name: String

    /// Unicode scalars, which is what JSON Schema counts as characters.
    package static func characters(_ maximum: Int, _ name: String) -> SizeLimit {
        SizeLimit(maximum: maximum, unit: .characters, name: name)
    }

    /// Bytes of UTF-8.
    package static func bytes(_ maximum: Int, _ name: String) -> SizeLimit {
        SizeLimit(maximum: maximum, unit: .bytes, name: name)
    }

    package static func items(_ maximum: Int, _ name: String) -> SizeLimit {
        SizeLimit(maximum: maximum, unit: .items, name: name)
    }

    func admits(_ text: String) -> Bool {
        switch unit {
        case .bytes, .items: text.utf8.count <= maximum
        // The bytes are known at once, and are never fewer than the scalars.
        case .characters: text.utf8.count <= maximum || text.unicodeScalars.count <= maximum
        }
    }

    var explanation: String { "must have at most \(maximum) \(unit.rawValue) (\(name))" }
}
