package import Model

/// A place in the journals of many projects at once: the `id:` of the stream over all projects.
///
/// `v1` and, for each project in the order of their identifiers, `~<identifier without prj_>.<epoch>.<seq>`. A project
/// that is not named has not been seen at all: it follows from its beginning.
package struct VectorPosition: Hashable, Sendable, CustomStringConvertible {
    package var positions: [Project.ID: JournalPosition]

    /// 256 entries of some 42 bytes are 11 KiB: what a header field (`Last-Event-ID`) can still carry.
    package static let projectsMax = 256
    /// The hub makes epochs of 8.
    private static let epochCharactersMax = 32
    private static let version = "v1"
    private static let prefix = Project.idPrefix + "_"

    package init(_ positions: [Project.ID: JournalPosition] = [:]) { self.positions = positions }

    package var description: String {
        positions.sorted { $0.key < $1.key }.reduce(into: Self.version) { text, entry in
            text += "~\(entry.key.rawValue.dropFirst(Self.prefix.count)).\(entry.value.epoch).\(entry.value.seq)"
        }
    }

    /// Reads what `description` writes, and nothing else.
    package init?(_ text: String) {
        let parts = text.split(
            separator: "~", maxSplits: Self.projectsMax + 1, omittingEmptySubsequences: false)
        guard parts.first == Self.version[...], parts.count <= Self.projectsMax + 1 else { return nil }
        var last: Project.ID?
        positions = [:]
        for part in parts.dropFirst() {
            guard let (id, position) = Self.entry(part), last.map({ $0 < id }) ?? true else { return nil }
            positions[id] = position
            last = id
        }
    }

    private static func entry(_ text: Substring) -> (Project.ID, JournalPosition)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let id = Project.ID(prefix + parts[0]),
            (1...epochCharactersMax).contains(parts[1].utf8.count),
            parts[1].utf8.allSatisfy({ isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }),
            parts[2].utf8.allSatisfy(isDigit), let seq = UInt64(parts[2]), seq.description == parts[2]
        else { return nil }
        return (id, JournalPosition(epoch: String(parts[1]), seq: seq))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
