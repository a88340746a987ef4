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
    /// The last event that it has passed, wanted or not.
    var cursor: UInt64
    var phase = Phase.ready
    /// Its place in the ring's `idle`, while it is there.
    var idleIndex = 0

    init(
        id: SubscriptionID, viewer: ViewerRecord, ring: JournalRing, selection: Selection,
        form: FrameForm, cursor: UInt64
    ) {
        self.id = id
        self.viewer = viewer
        self.ring = ring
        self.selection = selection
        self.lane = .init(form: form, channel: selection.channel)
        self.cursor = cursor
    }

    var isBehind: Bool { cursor + 1 < ring.base }
    var hasSeenEverything: Bool { cursor + 1 >= ring.next }

    /// Passes what is not wanted, at most `scansLeft` events of it.
    func skipUnwanted(_ scansLeft: inout Int) {
        guard !isBehind else { return }
        while scansLeft > 0, !hasSeenEverything, !selection.admits(ring.header(cursor + 1)) {
            cursor += 1
            scansLeft -= 1
        }
    }
}
