import Journal
import Model
import Wire

/// How far a one-shot's stream has told its run's events, and what it says of the next page.
struct AgentStream {
    /// nil: it has told nothing, and begins with the oldest that is kept.
    private(set) var seen: UInt64?

    init(after seen: UInt64?) { self.seen = seen }

    /// - Returns: the page's blocks, and whether it was the last for now. What was forgotten before it could be told is a gap.
    mutating func take(_ page: EventPage, epoch: String) -> (bytes: [UInt8], isWhole: Bool) {
        switch page {
        case .gone(let oldest):
            defer { seen = oldest - 1 }
            return (seen.map { Self.gap(from: $0, to: oldest - 1, epoch, .retention) } ?? [], false)
        case .page(let events, let scannedTo, let more):
            seen = scannedTo
            return (events.flatMap { Self.block($0, epoch) }, !more)
        }
    }

    /// The caller may see no more of it.
    func end(epoch: String) -> [UInt8] { Self.gap(from: seen ?? 0, to: seen ?? 0, epoch, .access) }

    private static func block(_ event: CommittedEvent, _ epoch: String) -> [UInt8] {
        let position = JournalPosition(epoch: epoch, seq: event.header.seq)
        return ServerSentEvent.block(
            id: position.description, event: event.header.type.rawValue, data: event.payload)
    }

    private static func gap(
        from: UInt64, to: UInt64, _ epoch: String, _ reason: DownFrame.GapReason
    ) -> [UInt8] {
        let data = DownFrame.gapData(
            from: JournalPosition(epoch: epoch, seq: from), to: JournalPosition(epoch: epoch, seq: to), reason: reason)
        return ServerSentEvent.block(id: nil, event: "gap", data: data)
    }
}
