import Model

/// Who is on one channel: those that get its traffic, and those that are shown to the others.
final class ChannelRecord {
    var subscriptions: [SubscriptionID: SubscriptionRecord] = [:]
    /// In order of arrival.
    var members: [(viewer: ViewerRecord, member: Watcher)] = []
}
