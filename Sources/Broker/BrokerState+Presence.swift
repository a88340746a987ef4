import Model

// Replaceable traffic, of which presence is the broker's own.
extension BrokerState {
    mutating func publish(_ update: ReplaceableUpdate) {
        if let run = update.context.runId, let channel = channels[.run(run)] {
            for subscription in channel.subscriptions.values { offer(update, to: subscription) }
        }
        if let job = update.context.jobId, let channel = channels[.job(job)] {
            for subscription in channel.subscriptions.values { offer(update, to: subscription) }
        }
        guard let ring = rings[update.journal] else { return }
        for subscription in ring.eavesdroppers.values { offer(update, to: subscription) }
    }

    mutating func takeReplaceables(_ viewer: any Viewer) -> [ReplaceableDelivery] {
        guard let record = record(of: viewer) else { return [] }
        record[isAwakeFor: .replaceable] = false
        return record.replaceables.takeAll()
    }

    private mutating func offer(_ update: ReplaceableUpdate, to subscription: SubscriptionRecord) {
        guard subscription.selection.admits(update), subscription.sight.admits(update) else { return }
        put(update, for: subscription)
    }

    private mutating func put(_ update: ReplaceableUpdate, for subscription: SubscriptionRecord) {
        let viewer = subscription.viewer
        statistics.replaceablesDropped += viewer.replaceables.put(
            update, subscription: subscription.id, channel: subscription.selection.channel)
        if !viewer.replaceables.isEmpty { wake(viewer, .replaceable) }
    }

    /// - Returns: whether the others see them.
    mutating func join(_ name: Channel, _ viewer: any Viewer, _ member: Watcher) -> Bool {
        let record = register(viewer)
        let channel = channel(name)
        if let place = channel.members.firstIndex(where: { $0.viewer === record }) {
            channel.members[place].member = member
            announce(.presenceUpdated, member, on: channel, except: record)
            return true
        }
        guard channel.members.count < limits.membersPerChannelMax else {
            forgetIfEmpty(name)
            return false
        }
        channel.members.append((record, member))
        record.joined.insert(name)
        announce(.presenceJoined, member, on: channel, except: record)
        return true
    }

    /// - Returns: false for somebody who is not a member.
    mutating func update(_ name: Channel, _ viewer: any Viewer, state: [UInt8]) -> Bool {
        guard let record = record(of: viewer), let channel = channels[name],
            let place = channel.members.firstIndex(where: { $0.viewer === record })
        else { return false }
        channel.members[place].member.state = state
        announce(.presenceUpdated, channel.members[place].member, on: channel, except: record)
        return true
    }

    mutating func leave(_ name: Channel, _ record: ViewerRecord) {
        guard record.joined.remove(name) != nil, let channel = channels[name],
            let place = channel.members.firstIndex(where: { $0.viewer === record })
        else { return }
        let member = channel.members.remove(at: place).member
        announce(.presenceLeft, member, on: channel, except: record)
        forgetIfEmpty(name)
    }

    private mutating func announce(
        _ type: ReplaceableType, _ member: Watcher, on channel: ChannelRecord, except own: ViewerRecord
    ) {
        for subscription in channel.subscriptions.values where subscription.viewer !== own {
            let update = ReplaceableUpdate(
                journal: subscription.ring.journal, context: EventContext(), type: type, key: member.connectionId,
                content: .member(member))
            if subscription.selection.filter.admitsPresence(type) { put(update, for: subscription) }
        }
    }

    mutating func forget(_ viewer: any Viewer) {
        guard let record = record(of: viewer) else { return }
        for subscription in record.subscriptions.values { remove(subscription) }
        for name in record.joined { leave(name, record) }
        viewers[ObjectIdentifier(viewer)] = nil
    }
}

extension EventFilter {
    /// Presence is about the channel, not about a card or a run.
    fileprivate func admitsPresence(_ type: ReplaceableType) -> Bool {
        (topics.isEmpty || topics.contains(type.topic)) && (types.isEmpty || types.contains(type.rawValue))
    }
}
