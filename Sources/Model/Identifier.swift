// The vocabulary of Roost: what things are called, which states they have, and what may follow what.
//
// Everything here is a value that decides and never waits. Nothing here knows SQL, sockets, JSON text or time's passing;
// that is what makes the rules testable as tables. Start with Run+Lifecycle.swift to see the manner.

/// A thing that has identifiers of its own kind.
package protocol Identified {
    /// What its identifiers begin with, without the underscore: `run` in `run_01J…`.
    static var idPrefix: String { get }
}

/// An opaque, prefixed identifier, sortable by creation: `<prefix>_<26 characters of ULID>`.
///
/// The phantom type keeps a card's identifier out of the places where a run's is due.
package struct Identifier<Subject: Identified>: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// Takes over an identifier that was made here before (a row, a file name).
    package init(trusted rawValue: String) { self.rawValue = rawValue }

    /// - Returns: nil unless `text` has this kind's prefix and 26 characters of Crockford's base 32.
    package init?(_ text: String) {
        let prefix = Subject.idPrefix + "_"
        guard text.hasPrefix(prefix), ULID.isValid(text.utf8.dropFirst(prefix.utf8.count)) else { return nil }
        rawValue = text
    }

    package init(_ ulid: ULID) { rawValue = Subject.idPrefix + "_" + ulid.description }

    /// Of something that there is exactly one of for each of the others.
    package init<Other>(sharedWith other: Identifier<Other>) {
        rawValue = Subject.idPrefix + "_" + other.rawValue.dropFirst(Other.idPrefix.utf8.count + 1)
    }

    package var description: String { rawValue }
    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
