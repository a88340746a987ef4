import Journal
package import Model

/// Where a consumer goes on.
package enum SeekPlace: Sendable, Equatable {
    /// With the oldest event that is kept.
    case oldest
    /// With what comes from now on.
    case newest
    case after(JournalPosition)

    /// - Parameter text: `oldest`, `newest` or a position.
    package init?(_ text: String) {
        switch text {
        case "oldest": self = .oldest
        case "newest": self = .newest
        default:
            guard let position = JournalPosition(text) else { return nil }
            self = .after(position)
        }
    }

    /// - Throws: `HubError` `.positionGone` for a place that is not part of what is kept.
    func position(in journal: JournalKey, _ reader: Reader) throws -> JournalPosition {
        let head = try reader.position(of: journal)
        switch self {
        case .newest: return head
        case .oldest:
            switch try reader.events(in: journal, after: 0, limit: 0, byteCountMax: 0) {
            case .page: return JournalPosition(epoch: head.epoch, seq: 0)
            case .gone(let oldest): return JournalPosition(epoch: head.epoch, seq: oldest - 1)
            }
        case .after(let position):
            guard position.epoch == head.epoch, position.seq <= head.seq else {
                throw HubError.positionGone("the history of \(position) has ended", reason: "epoch", now: head)
            }
            guard case .page = try reader.events(in: journal, after: position.seq, limit: 0, byteCountMax: 0) else {
                throw HubError.positionGone(
                    "what comes after \(position) is not kept any more", reason: "retention", now: head)
            }
            return position
        }
    }
}
