import DequeModule
import Model

/// The replaceable traffic that waits for one viewer: one slot a key, bounded in number and bytes, the oldest lost
/// first.
struct ReplaceableSlots {
    private let limits: BrokerLimits
    private var slots: Deque<ReplaceableDelivery> = []
    private var byteCount = 0

    var isEmpty: Bool { slots.isEmpty }

    init(limits: BrokerLimits) { self.limits = limits }

    /// - Returns: how many slots, or how many texts in them, were lost.
    mutating func put(_ update: ReplaceableUpdate, subscription: SubscriptionID, channel: Channel) -> Int {
        var dropped = 0
        let place = slots.firstIndex {
            $0.subscription == subscription && $0.key == update.key && $0.type.topic == update.type.topic
        }
        if let place {
            byteCount -= Self.size(slots[place])
            dropped += merge(update, into: place)
            byteCount += Self.size(slots[place])
        } else {
            let slot = ReplaceableDelivery(
                subscription: subscription, channel: channel, type: update.type, key: update.key,
                content: update.content)
            byteCount += Self.size(slot)
            slots.append(slot)
        }
        while slots.count > limits.replaceableSlotsPerViewerMax || byteCount > limits.replaceableBytesPerViewerMax,
            let oldest = slots.popFirst()
        {
            byteCount -= Self.size(oldest)
            dropped += 1
        }
        return dropped
    }

    mutating func takeAll() -> [ReplaceableDelivery] {
        defer {
            slots.removeAll()
            byteCount = 0
        }
        return Array(slots)
    }

    mutating func remove(_ subscription: SubscriptionID) { remove(where: { $0.subscription == subscription }) }

    mutating func remove(_ key: ReplaceableKey) {
        remove(where: { $0.key == key.key && $0.type == key.type })
    }

    private mutating func remove(where isRemoved: (ReplaceableDelivery) -> Bool) {
        guard !slots.isEmpty else { return }
        slots.removeAll(where: isRemoved)
        byteCount = slots.reduce(0) { $0 + Self.size($1) }
    }

    private mutating func merge(_ update: ReplaceableUpdate, into place: Int) -> Int {
        slots[place].type = update.type
        guard case .appended(let before, let begun) = slots[place].content,
            case .appended(let text, let head) = update.content
        else {
            slots[place].content = update.content
            return 0
        }
        guard before.utf8.count + text.utf8.count <= limits.replaceableBytesPerSlotMax else {
            slots[place].content = update.content
            return 1
        }
        // Taken out first, so that the text grows in place instead of being copied.
        slots[place].content = .latest([])
        var whole = before
        whole += text
        // Raw output says where it begins, all else where it goes on.
        slots[place].content = .appended(text: whole, head: update.type == .chunk ? begun : head)
        return 0
    }

    private static func size(_ slot: ReplaceableDelivery) -> Int {
        let content =
            switch slot.content {
            case .latest(let bytes): bytes.count
            case .appended(let text, let head): text.utf8.count + head.count
            }
        return slot.key.utf8.count + content + BrokerLimits.frameOverheadBytes
    }
}
