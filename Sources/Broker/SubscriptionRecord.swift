import Model

/// A filter and a position: all that a subscription is.
final class SubscriptionRecord {
    enum Phase {
        /// In the ring's `idle`: it has seen everything.
        case idle
        /// In its viewer's `ready`: there is something to pull.
        case ready
        /// Its viewer reads the journal for it.
        case reading
        case ended
    }

    let id: SubscriptionID
    let viewer: ViewerRecord
    let ring: JournalRing
    let selection: Selection
    let lane: JournalRing.Lane
    let clearance: Clearance
    /// The clearance's last answer.
    var sight: Sight
    /// The last event that it has passed, wanted or not.
    var cursor: UInt64
    var phase = Phase.ready
    /// Its place in the ring's `idle`, while it is there.
    var idleIndex = 0
    /// How much of the channel's presence it knows; nil for one that hears nothing of it.
    var presenceSeen: UInt64?
    /// In its viewer's `presenceDue`.
    var isPresenceDue = false

    init(
        id: SubscriptionID, viewer: ViewerRecord, ring: JournalRing, _ request: SubscriptionRequest, sight: Sight
    ) {
        self.id = id
        self.viewer = viewer
        self.ring = ring
        selection = request.selection
        lane = .init(form: request.form, channel: request.selection.channel)
        clearance = request.clearance
        self.sight = sight
        cursor = request.after
    }

    var isBehind: Bool { cursor + 1 < ring.base }
    var hasSeenEverything: Bool { cursor + 1 >= ring.next }

    func admits(_ event: EventHeader) -> Bool { selection.admits(event) && sight.admits(event) }

    /// Passes what is not meant for it, at most `scansLeft` events of it.
    func skipUnwanted(_ scansLeft: inout Int) {
        guard !isBehind else { return }
        while scansLeft > 0, !hasSeenEverything, !admits(ring.header(cursor + 1)) {
            cursor += 1
            scansLeft -= 1
        }
    }
}
