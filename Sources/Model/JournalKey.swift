/// Names a journal: one per project, one for the hub itself.
package enum JournalKey: Hashable, Sendable, CustomStringConvertible {
    case hub
    case project(Project.ID)

    package var description: String {
        switch self {
        case .hub: "hub"
        case .project(let id): id.rawValue
        }
    }

    package var projectId: Project.ID? { if case .project(let id) = self { id } else { nil } }

    package init?(_ text: String) {
        if text == "hub" {
            self = .hub
        } else if let id = Project.ID(text) {
            self = .project(id)
        } else {
            return nil
        }
    }
}

/// A place in a journal: everything up to and including `seq` has been seen.
///
/// `epoch` names an unbroken history; it is new whenever the old one cannot be continued (a restored backup).
package struct JournalPosition: Hashable, Sendable, CustomStringConvertible {
    /// The largest number that SQLite has.
    package static let seqMax = UInt64(Int64.max)

    package var epoch: String
    package var seq: UInt64

    package init(epoch: String, seq: UInt64) {
        self.epoch = epoch
        self.seq = seq
    }

    /// `<epoch>-<seq>`: the `Roost-Position` header, the `id:` of server-sent events.
    package var description: String { "\(epoch)-\(seq)" }

    package init?(_ text: String) {
        guard let dash = text.lastIndex(of: "-"), dash != text.startIndex,
            let seq = Self.seq(String(text[text.index(after: dash)...]))
        else { return nil }
        self.init(epoch: String(text[..<dash]), seq: seq)
    }

    /// - Returns: nil for what is no event's number.
    package static func seq(_ text: String) -> UInt64? { UInt64(text).flatMap { $0 <= seqMax ? $0 : nil } }
}

extension JournalPosition: Codable {}
