package import Model

/// What a viewer got for one pull.
package struct Pull<Frame: AnyObject & Sendable>: Sendable {
    /// In order within each subscription; the subscriptions of one viewer take turns.
    package let frames: [Frame]
    /// About how many bytes the frames are.
    package let byteCount: Int
    package let notices: [Notice]
    /// The budget ended it. No wake comes for the rest: pull again when there is room.
    package let hasMore: Bool

    @usableFromInline init(frames: [Frame], portion: Portion) {
        self.frames = frames
        byteCount = portion.byteCount
        notices = portion.notices
        hasMore = portion.hasMore
    }
}

/// A pull without its frames, which went to whoever asked as they came.
@usableFromInline struct Portion: Sendable {
    var byteCount = 0
    var notices: [Notice] = []
    var hasMore = false
}

/// What a subscription's viewer must know or do.
package enum Notice: Sendable, Equatable {
    /// The ring no longer has what comes next. Read the journal after `seq` and hand it to `replay`; until then the
    /// subscription rests.
    case behind(SubscriptionID, journal: JournalKey, after: UInt64)
    /// The subscription has ended, and what it missed cannot be told.
    case gap(Gap)
}

/// A subscription that could not be continued; it is gone from the broker.
package struct Gap: Sendable, Equatable {
    package enum Reason: String, Sendable, CaseIterable {
        case retention, epoch, access
    }
    package let subscription: SubscriptionID
    package let channel: Channel
    /// The last event it had passed, and the last one of the journal that is known.
    package let from: JournalPosition
    package let to: JournalPosition
    package let reason: Reason

    package init(
        subscription: SubscriptionID, channel: Channel, from: JournalPosition, to: JournalPosition, reason: Reason
    ) {
        self.subscription = subscription
        self.channel = channel
        self.from = from
        self.to = to
        self.reason = reason
    }
}
