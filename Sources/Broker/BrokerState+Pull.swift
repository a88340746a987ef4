import DequeModule
import Model

extension BrokerState {
    mutating func pull(_ viewer: any Viewer, byteCountMax: Int, into sink: (AnyFrame) -> Void) -> Portion {
        var pull = Portion()
        guard let record = record(of: viewer) else { return pull }
        swap(&pull.notices, &record.notices)
        // Awake until everything is pulled: no wake is due for what this pull leaves.
        record[isAwakeFor: .durable] = true
        var scansLeft = limits.scannedPerPullMax
        while pull.byteCount < byteCountMax, scansLeft > 0, let subscription = record.ready.popFirst() {
            take(from: subscription, into: &pull, sink, byteCountMax: byteCountMax, scansLeft: &scansLeft)
        }
        pull.hasMore = !record.ready.isEmpty
        record[isAwakeFor: .durable] = pull.hasMore
        return pull
    }

    /// One turn of one subscription.
    private mutating func take(
        from subscription: SubscriptionRecord, into pull: inout Portion, _ sink: (AnyFrame) -> Void,
        byteCountMax: Int, scansLeft: inout Int
    ) {
        let ring = subscription.ring
        guard !subscription.isBehind else {
            subscription.phase = .reading
            statistics.behind += 1
            pull.notices.append(.behind(subscription.id, journal: ring.journal, after: subscription.cursor))
            return
        }
        let ringByteCount = ring.byteCount
        var framesLeft = limits.framesPerTurnMax
        subscription.skipUnwanted(&scansLeft)
        while framesLeft > 0, scansLeft > 0, pull.byteCount < byteCountMax, !subscription.hasSeenEverything {
            let made = ring.frame(subscription.cursor + 1, for: subscription.lane, by: framing)
            sink(made.frame)
            statistics.framesPulled += 1
            pull.byteCount += made.byteCount
            if made.isNew { statistics.framesMade += 1 }
            subscription.cursor += 1
            framesLeft -= 1
            subscription.skipUnwanted(&scansLeft)
        }
        ringsByteCount += ring.byteCount - ringByteCount
        trim(ring, to: limits.ringBytesMax)
        place(subscription)
    }

    /// What `replay` needs to know of a subscription that waits for history.
    struct Reading: Sendable {
        let selection: Selection
        let sight: Sight
        let form: FrameForm
        let cursor: UInt64

        func admits(_ event: EventHeader) -> Bool { selection.admits(event) && sight.admits(event) }
    }

    func reading(_ id: SubscriptionID) -> Reading? {
        guard let subscription = subscriptions[id], case .reading = subscription.phase else { return nil }
        return Reading(
            selection: subscription.selection, sight: subscription.sight, form: subscription.lane.form,
            cursor: subscription.cursor)
    }

    /// - Returns: false when the subscription does not wait for history any more, or may see something else.
    mutating func advance(_ id: SubscriptionID, to seq: UInt64, ifStill sight: Sight) -> Bool {
        guard let subscription = subscriptions[id], case .reading = subscription.phase, subscription.sight == sight
        else { return false }
        subscription.cursor = max(subscription.cursor, seq)
        place(subscription)
        return true
    }

    mutating func review() {
        for subscription in subscriptions.values {
            if let sight = subscription.clearance() {
                // Where it stands stays right: what it does not want is passed when it is looked at.
                subscription.sight = sight
            } else {
                end(subscription, at: subscription.ring.position, .access)
            }
        }
    }
}
