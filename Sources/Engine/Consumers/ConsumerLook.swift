import Journal
import Model

/// What a consumer could be given, as one read of the journal sees it. Reading is done beside the writer; only the
/// taking (ConsumerDesk) is a change.
enum ConsumerLook: Sendable {
    struct Offer: Sendable {
        /// Where the consumer stood; somebody else who takes meanwhile moves it.
        let position: JournalPosition
        let due: [Delivery]
        let events: [CommittedEvent]
        /// What was looked at beyond the last of `events`, wanted or not.
        let scannedTo: UInt64
    }

    case offer(Offer)
    /// - Parameters:
    ///   - scannedTo: nothing up to there is wanted.
    ///   - nextDue: of what is under way.
    case nothing(position: JournalPosition, scannedTo: UInt64, nextDue: Timestamp?)
    case gap(Consumer.Gap)

    /// - Parameter passed: how far an earlier look found nothing, and where the consumer stood then: it counts while the
    ///   consumer still stands there.
    init(
        _ reader: Reader, _ consumer: Consumer, countMax: Int,
        passed: (position: JournalPosition, scannedTo: UInt64)?, at now: Timestamp
    ) throws {
        let position = try reader.progress(of: consumer.id).position
        let head = try reader.position(of: .project(consumer.projectId))
        guard position.epoch == head.epoch, position.seq <= head.seq else {
            self = .gap(Consumer.Gap(from: position, to: head, reason: .epoch))
            return
        }
        let due = try reader.dueDeliveries(of: consumer.id, at: now, limit: countMax)
        let room = min(countMax - due.count, consumer.inFlightMax - (try reader.inFlightCount(of: consumer.id)))
        var events: [CommittedEvent] = []
        var reached = passed?.position == position ? passed?.scannedTo ?? position.seq : position.seq
        if room > 0 {
            let page = try reader.events(
                in: .project(consumer.projectId), after: reached, filter: consumer.filter.inJournal, limit: room,
                byteCountMax: ConsumerLimits.pullBytesMax)
            switch page {
            case .gone:
                self = .gap(Consumer.Gap(from: position, to: head, reason: .retention))
                return
            case .page(let found, let scannedTo, _):
                events = found.filter { consumer.filter.admits($0.header) }
                reached = scannedTo
            }
        }
        if due.isEmpty, events.isEmpty {
            self = try .nothing(
                position: position, scannedTo: reached, nextDue: reader.nextDue(of: consumer.id))
        } else {
            self = .offer(Offer(position: position, due: due, events: events, scannedTo: reached))
        }
    }
}
