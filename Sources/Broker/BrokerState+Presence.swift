import Model

extension BrokerState {
    /// - Returns: when the viewers of the channel are due to be told.
    mutating func attend(
        _ name: Channel, _ viewer: any Viewer, as client: String, _ user: Actor, at now: Timestamp
    ) -> (view: PresenceView, due: Timestamp?) {
        let record = register(viewer)
        let channel = channel(name)
        // By the name that it came with first: a connection is in a room once.
        let known = record.attends[name]
        let (place, own, isCounted) = channel.room.enter(
            record.number, as: known?.client ?? client, user, at: now)
        record.attends[name] = place
        countAway(channel)
        var hears = false
        for subscription in record.subscriptions.values
        where subscription.selection.channel == name && subscription.selection.filter.admitsPresence {
            subscription.presenceSeen = channel.newsVersion
            hears = true
        }
        let view = PresenceView(
            viewers: hears ? channel.news?.viewers ?? Self.nobody : Self.nobody,
            total: (channel.news?.total ?? 0) + (isCounted ? 0 : 1), own: hears ? own : nil)
        return (view, due(of: channel, name))
    }

    private static let nobody = Array("[]".utf8)

    /// - Returns: whether the viewer is there; when the others are due to be told.
    mutating func show(
        _ state: [UInt8], on name: Channel, by viewer: any Viewer, at now: Timestamp
    ) -> (isThere: Bool, due: Timestamp?) {
        guard let record = record(of: viewer), let channel = channels[name], let place = record.attends[name] else {
            return (false, nil)
        }
        let isThere = channel.room.show(state, by: record.number, at: place, now)
        return (isThere, due(of: channel, name))
    }

    /// - Parameter grace: for how long others are not told.
    mutating func leave(
        _ name: Channel, _ record: ViewerRecord, until grace: Timestamp?, at now: Timestamp?
    ) -> Timestamp? {
        guard let place = record.attends.removeValue(forKey: name), let channel = channels[name] else { return nil }
        let hasRoom = awayCount < limits.presenceAwayMax
        channel.room.leave(record.number, place, until: hasRoom ? grace : nil, at: now)
        return settle(channel, name)
    }

    mutating func forget(_ viewer: any Viewer, until grace: Timestamp?, at now: Timestamp?) -> Timestamp? {
        guard let record = record(of: viewer) else { return nil }
        for subscription in record.subscriptions.values { remove(subscription) }
        var next: Timestamp?
        for name in record.attends.keys { next = earlier(next, leave(name, record, until: grace, at: now)) }
        viewers[ObjectIdentifier(viewer)] = nil
        return next
    }

    /// What the viewers of channels are due to be told by now.
    mutating func takePresenceChanges(at now: Timestamp) -> (changes: [PresenceChange], next: Timestamp?) {
        var (changes, next) = ([PresenceChange](), Timestamp?.none)
        for name in restless {
            guard let channel = channels[name] else {
                restless.remove(name)
                continue
            }
            channel.room.expire(at: now)
            if let due = toldAt(channel), due <= now,
                let change = channel.room.takeChange(of: name, listedMax: limits.membersPerChannelMax)
            {
                changes.append(change)
            }
            next = earlier(next, settle(channel, name))
        }
        return (changes, next)
    }

    mutating func tell(_ change: PresenceChange, _ news: PresenceNews) {
        guard let channel = channels[change.channel] else { return }
        channel.newsVersion += 1
        channel.news = news
        for subscription in channel.subscriptions.values {
            guard let seen = subscription.presenceSeen else { continue }
            if subscription.viewer.number == change.cause, seen + 1 == channel.newsVersion {
                subscription.presenceSeen = channel.newsVersion
            } else if !subscription.isPresenceDue {
                subscription.isPresenceDue = true
                subscription.viewer.presenceDue.append(subscription)
                wake(subscription.viewer, .replaceable)
            }
        }
    }

    /// What a viewer has not been told yet: the last change, or the whole where it is more than that one behind.
    mutating func takePresence(_ record: ViewerRecord) -> [ReplaceableDelivery] {
        defer { record.presenceDue = [] }
        return record.presenceDue.flatMap { subscription -> [ReplaceableDelivery] in
            subscription.isPresenceDue = false
            let name = subscription.selection.channel
            guard let channel = channels[name], let news = channel.news, let seen = subscription.presenceSeen,
                seen < channel.newsVersion, subscriptions[subscription.id] != nil
            else { return [] }
            subscription.presenceSeen = channel.newsVersion
            let filter = subscription.selection.filter
            let told = seen + 1 == channel.newsVersion ? news.changes : [(.presenceListed, news.listed)]
            return told.filter { $0.type == .presenceListed || filter.admits($0.type) }.map { type, data in
                ReplaceableDelivery(
                    subscription: subscription.id, channel: name, type: type, key: type.rawValue, content: .latest(data)
                )
            }
        }
    }

    /// After somebody has gone.
    private mutating func settle(_ channel: ChannelRecord, _ name: Channel) -> Timestamp? {
        countAway(channel)
        let due = due(of: channel, name)
        forgetIfEmpty(name)
        return channels[name] == nil ? nil : due
    }

    private mutating func countAway(_ channel: ChannelRecord) {
        awayCount += channel.room.awayCount - channel.awayCount
        channel.awayCount = channel.room.awayCount
    }

    private mutating func due(of channel: ChannelRecord, _ name: Channel) -> Timestamp? {
        let due = earlier(toldAt(channel), channel.room.nextExpiry())
        if due == nil { restless.remove(name) } else { restless.insert(name) }
        return due
    }

    /// Everybody there is told at once, so the more they are, the more seldom.
    private func toldAt(_ channel: ChannelRecord) -> Timestamp? {
        let crowdMs = channel.subscriptions.count * 1_000 / max(1, limits.presenceFramesPerSecondMax)
        return channel.room.changedAt?.adding(milliseconds: Int64(max(limits.presenceIntervalMs, crowdMs)))
    }

    private func earlier(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }
}

extension EventFilter {
    /// Presence is about the channel, not about a card or a run.
    fileprivate var admitsPresence: Bool {
        ReplaceableType.allCases.contains { $0.topic == ReplaceableType.presenceListed.topic && admits($0) }
    }

    fileprivate func admits(_ type: ReplaceableType) -> Bool {
        (topics.isEmpty || topics.contains(type.topic)) && (types.isEmpty || types.contains(type.rawValue))
    }
}
