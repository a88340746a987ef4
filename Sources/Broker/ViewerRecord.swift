import DequeModule
import Model

/// What the broker knows of one viewer: a fixed amount, however slow it is.
final class ViewerRecord {
    /// Never used twice, as its place in memory is.
    typealias Number = UInt64

    let viewer: any Viewer
    let number: Number
    var subscriptions: [SubscriptionID: SubscriptionRecord] = [:]
    /// Whose turn is next. Each of its subscriptions at most once.
    var ready: Deque<SubscriptionRecord> = []
    /// At most one for each subscription it had.
    var notices: [Notice] = []
    var replaceables: ReplaceableSlots
    /// Where it is shown to the others.
    var attends: [Channel: PresenceRoom.Place] = [:]
    /// Its subscriptions that have not been told who watches.
    var presenceDue: [SubscriptionRecord] = []
    /// What it was woken for and has not pulled since.
    private var isAwakeForDurable = false
    private var isAwakeForReplaceable = false

    init(_ viewer: any Viewer, _ number: Number, limits: BrokerLimits) {
        self.viewer = viewer
        self.number = number
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
