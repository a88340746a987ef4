import Model

extension BrokerState {
    mutating func publish(_ update: ReplaceableUpdate) {
        if let run = update.context.runId, let channel = channels[.run(run)] {
            for subscription in channel.subscriptions.values { offer(update, to: subscription) }
        }
        if let job = update.context.jobId, let channel = channels[.job(job)] {
            for subscription in channel.subscriptions.values { offer(update, to: subscription) }
        }
        if update.type == .logLine, let channel = channels[.logs] {
            for subscription in channel.subscriptions.values { offer(update, to: subscription) }
        }
        guard let ring = rings[update.journal] else { return }
        for subscription in ring.eavesdroppers.values { offer(update, to: subscription) }
    }

    mutating func withdraw(_ key: ReplaceableKey) {
        if let channel = channels[.run(key.runId)] {
            for subscription in channel.subscriptions.values { subscription.viewer.replaceables.remove(key) }
        }
        guard let ring = rings[key.journal] else { return }
        for subscription in ring.eavesdroppers.values { subscription.viewer.replaceables.remove(key) }
    }

    /// Whether anybody would get raw output of a run.
    func wantsChunks(of run: Run.ID, in journal: JournalKey) -> Bool {
        let isWanted = { (subscription: SubscriptionRecord) in
            subscription.selection.namesChunks
                && (subscription.selection.filter.runId == nil || subscription.selection.filter.runId == run)
        }
        return channels[.run(run)]?.subscriptions.values.contains(where: isWanted) == true
            || rings[journal]?.eavesdroppers.values.contains(where: isWanted) == true
    }

    mutating func takeReplaceables(_ viewer: any Viewer) -> [ReplaceableDelivery] {
        guard let record = record(of: viewer) else { return [] }
        record[isAwakeFor: .replaceable] = false
        return record.replaceables.takeAll() + takePresence(record)
    }

    private mutating func offer(_ update: ReplaceableUpdate, to subscription: SubscriptionRecord) {
        guard subscription.selection.admits(update), subscription.sight.admits(update) else { return }
        let viewer = subscription.viewer
        statistics.replaceablesDropped += viewer.replaceables.put(
            update, subscription: subscription.id, channel: subscription.selection.channel)
        if !viewer.replaceables.isEmpty { wake(viewer, .replaceable) }
    }
}
