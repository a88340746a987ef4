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

    /// What `replay` needs to know; nil when the subscription does not wait for history.
    func reading(_ id: SubscriptionID) -> (selection: Selection, form: FrameForm, cursor: UInt64)? {
        guard let subscription = subscriptions[id], case .reading = subscription.phase else { return nil }
        return (subscription.selection, subscription.lane.form, subscription.cursor)
    }

    /// - Returns: false when the subscription does not wait for history any more.
    mutating func advance(_ id: SubscriptionID, to seq: UInt64) -> Bool {
        guard let subscription = subscriptions[id], case .reading = subscription.phase else { return false }
        subscription.cursor = max(subscription.cursor, seq)
        place(subscription)
        return true
    }

    mutating func cut(_ reason: Gap.Reason, where isMeant: (SubscriptionState) -> Bool) {
        for subscription in subscriptions.values {
            let state = SubscriptionState(
                id: subscription.id, viewer: ObjectIdentifier(subscription.viewer.viewer),
                journal: subscription.ring.journal, channel: subscription.selection.channel,
                cursor: subscription.cursor)
            if isMeant(state) { end(subscription, at: subscription.ring.position, reason) }
        }
    }
}
