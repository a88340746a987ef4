import Model

/// Everything behind the broker's lock. Viewers are not woken here: their wakes are collected, and made when the lock
/// has been left.
struct BrokerState {
    struct Wake: Sendable {
        let viewer: any Viewer
        let traffic: Traffic
    }

    let limits: BrokerLimits
    let framing: AnyFraming
    var rings: [JournalKey: JournalRing] = [:]
    var ringsByteCount = 0
    var viewers: [ObjectIdentifier: ViewerRecord] = [:]
    var subscriptions: [SubscriptionID: SubscriptionRecord] = [:]
    var channels: [Channel: ChannelRecord] = [:]
    /// The channels that have something to tell of their watchers, now or when the time has come.
    var restless: Set<Channel> = []
    /// Connections that have gone and keep their places among the watchers.
    var awayCount = 0
    var statistics = BrokerStatistics()
    private var lastSubscription: UInt64 = 0
    private var lastViewer: ViewerRecord.Number = 0
    private var wakes: [Wake] = []

    init(limits: BrokerLimits, framing: @escaping AnyFraming) {
        self.limits = limits
        self.framing = framing
    }

    mutating func takeWakes() -> [Wake] {
        defer { wakes = [] }
        return wakes
    }

    mutating func wake(_ viewer: ViewerRecord, _ traffic: Traffic) {
        guard !viewer[isAwakeFor: traffic] else { return }
        viewer[isAwakeFor: traffic] = true
        wakes.append(Wake(viewer: viewer.viewer, traffic: traffic))
    }

    func record(of viewer: any Viewer) -> ViewerRecord? { viewers[ObjectIdentifier(viewer)] }

    mutating func register(_ viewer: any Viewer) -> ViewerRecord {
        if let known = record(of: viewer) { return known }
        lastViewer += 1
        let record = ViewerRecord(viewer, lastViewer, limits: limits)
        viewers[ObjectIdentifier(viewer)] = record
        return record
    }
}

// Coming and going.
extension BrokerState {
    mutating func subscribe(_ viewer: any Viewer, _ request: SubscriptionRequest) -> SubscriptionID? {
        guard let sight = request.clearance() else { return nil }
        let ring = ring(of: request.journal, after: request.position)
        let isStale = request.position.epoch == ring.retiredEpoch
        if !isStale, request.position.epoch != ring.epoch {
            begin(after: request.position, in: ring)
        }
        lastSubscription += 1
        let subscription = SubscriptionRecord(
            id: SubscriptionID(rawValue: lastSubscription), viewer: register(viewer), ring: ring, request, sight: sight)
        guard !isStale else {
            tell(
                of: subscription, from: JournalPosition(epoch: request.position.epoch, seq: request.after),
                to: ring.position, .epoch)
            return subscription.id
        }
        subscriptions[subscription.id] = subscription
        subscription.viewer.subscriptions[subscription.id] = subscription
        ring.subscriptions[subscription.id] = subscription
        if request.selection.namesReplaceables { ring.eavesdroppers[subscription.id] = subscription }
        channel(request.selection.channel).subscriptions[subscription.id] = subscription
        place(subscription)
        return subscription.id
    }

    mutating func remove(_ subscription: SubscriptionRecord) {
        switch subscription.phase {
        case .idle: leaveIdle(subscription)
        case .ready: subscription.viewer.ready.removeAll { $0 === subscription }
        case .reading, .ended: break
        }
        subscription.phase = .ended
        subscriptions[subscription.id] = nil
        subscription.viewer.subscriptions[subscription.id] = nil
        subscription.viewer.replaceables.remove(subscription.id)
        subscription.ring.subscriptions[subscription.id] = nil
        subscription.ring.eavesdroppers[subscription.id] = nil
        let name = subscription.selection.channel
        channels[name]?.subscriptions[subscription.id] = nil
        forgetIfEmpty(name)
    }

    /// - Parameter position: where the journal stands now, perhaps in another epoch.
    mutating func end(_ subscription: SubscriptionRecord, at position: JournalPosition, _ reason: Gap.Reason) {
        remove(subscription)
        let cursor = JournalPosition(epoch: subscription.ring.epoch, seq: subscription.cursor)
        tell(of: subscription, from: cursor, to: position, reason)
    }

    private mutating func tell(
        of subscription: SubscriptionRecord, from: JournalPosition, to: JournalPosition, _ reason: Gap.Reason
    ) {
        let gap = Gap(
            subscription: subscription.id, channel: subscription.selection.channel, from: from, to: to, reason: reason)
        subscription.viewer.notices.append(.gap(gap))
        wake(subscription.viewer, .durable)
    }

    mutating func channel(_ name: Channel) -> ChannelRecord {
        if let known = channels[name] { return known }
        let record = ChannelRecord()
        channels[name] = record
        return record
    }

    mutating func forgetIfEmpty(_ name: Channel) {
        guard let record = channels[name], record.subscriptions.isEmpty, record.room.isEmpty else { return }
        channels[name] = nil
        restless.remove(name)
    }

    private func leaveIdle(_ subscription: SubscriptionRecord) {
        let ring = subscription.ring
        let last = ring.idle.removeLast()
        guard last !== subscription else { return }
        last.idleIndex = subscription.idleIndex
        ring.idle[last.idleIndex] = last
    }

    /// Puts a subscription that is nowhere among those that wait, or those that have something to pull.
    mutating func place(_ subscription: SubscriptionRecord) {
        var scansLeft = limits.scannedPerPullMax
        subscription.skipUnwanted(&scansLeft)
        if subscription.hasSeenEverything {
            subscription.phase = .idle
            subscription.idleIndex = subscription.ring.idle.count
            subscription.ring.idle.append(subscription)
        } else {
            subscription.phase = .ready
            subscription.viewer.ready.append(subscription)
            wake(subscription.viewer, .durable)
        }
    }
}
