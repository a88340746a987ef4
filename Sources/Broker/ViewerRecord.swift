import DequeModule
import Model

/// What the broker knows of one viewer: a fixed amount, however slow it is.
final class ViewerRecord {
    let viewer: any Viewer
    var subscriptions: [SubscriptionID: SubscriptionRecord] = [:]
    /// Whose turn is next. Each of its subscriptions at most once.
    var ready: Deque<SubscriptionRecord> = []
    /// At most one for each subscription it had.
    var notices: [Notice] = []
    var replaceables: ReplaceableSlots
    /// Where it is a member.
    var joined: Set<Channel> = []
    /// What it was woken for and has not pulled since.
    private var isAwakeForDurable = false
    private var isAwakeForReplaceable = false

    init(_ viewer: any Viewer, limits: BrokerLimits) {
        self.viewer = viewer
        replaceables = ReplaceableSlots(limits: limits)
    }

    /// Two flags, not a set: they change with every event of every viewer.
    subscript(isAwakeFor traffic: Traffic) -> Bool {
        get {
            switch traffic {
            case .durable: isAwakeForDurable
            case .replaceable: isAwakeForReplaceable
            }
        }
        set {
            switch traffic {
            case .durable: isAwakeForDurable = newValue
            case .replaceable: isAwakeForReplaceable = newValue
            }
        }
    }
}
