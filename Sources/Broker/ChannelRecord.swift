import Model

/// Who is on one channel: those that get its traffic, and those that are shown to the others.
final class ChannelRecord {
    var subscriptions: [SubscriptionID: SubscriptionRecord] = [:]
    var room = PresenceRoom()
    /// What was told last of those in the room, and how often something was.
    var news: PresenceNews?
    var newsVersion: UInt64 = 0
    /// Those of the room that are away, as they count among all.
    var awayCount = 0
}
