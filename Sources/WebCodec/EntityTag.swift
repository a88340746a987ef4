/// `"abc"` or `W/"abc"` (RFC 9110 section 8.8.3).
package struct EntityTag: Sendable, Equatable, CustomStringConvertible {
    /// What the tag of a gzipped representation ends with: its bytes are others, so its strong tag is another
    /// (RFC 9110 section 8.8.3.3).
    package static let gzipSuffix = "-gzip"

    package let opaque: String
    package let isWeak: Bool

    package init(_ opaque: String, isWeak: Bool = false) {
        self.opaque = opaque
        self.isWeak = isWeak
    }

    package var description: String { "\(isWeak ? "W/" : "")\"\(opaque)\"" }

    /// The weak comparison (section 8.8.3.2): the same to look at.
    package func matchesWeakly(_ other: EntityTag) -> Bool { opaque == other.opaque }
    /// The strong one: the same byte by byte.
    package func matchesStrongly(_ other: EntityTag) -> Bool { !isWeak && !other.isWeak && opaque == other.opaque }

    /// One tag and nothing else.
    package init?(parsing text: String) {
        var rest = Substring(text).utf8
        guard let tag = Self.take(from: &rest), rest.isEmpty else { return nil }
        self = tag
    }

    /// The tags of `If-Match` and `If-None-Match`. A comma may be part of a tag.
    ///
    /// - Returns: nil when it is not a list of tags.
    package static func list(_ text: String) -> [EntityTag]? {
        var tags: [EntityTag] = []
        var rest = Substring(text).utf8
        let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: ",") || byte == ASCII.space || byte == ASCII.tab }
        while true {
            let separator = rest.prefix(while: isSeparator)
            rest = rest[separator.endIndex...]
            if rest.isEmpty { return tags }
            guard tags.isEmpty || separator.contains(UInt8(ascii: ",")), let tag = take(from: &rest) else { return nil }
            tags.append(tag)
        }
    }

    private static func take(from rest: inout Substring.UTF8View) -> EntityTag? {
        let isWeak = rest.starts(with: "W/".utf8)
        let quoted = rest.dropFirst(isWeak ? 2 : 0)
        guard quoted.first == UInt8(ascii: "\"") else { return nil }
        let text = quoted.dropFirst().prefix { $0 != UInt8(ascii: "\"") }
        guard text.endIndex < quoted.endIndex, text.allSatisfy({ $0 > ASCII.space && $0 != ASCII.delete }) else {
            return nil
        }
        rest = quoted[quoted.index(after: text.endIndex)...]
        return EntityTag(String(Substring(text)), isWeak: isWeak)
    }
}
