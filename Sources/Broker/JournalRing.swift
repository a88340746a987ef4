import DequeModule
import Model

/// The newest events of one journal, without holes, with the frames that were made of them.
///
/// It stays when its events are dropped, since it knows what the next number is: a subscriber that read the journal
/// before an event and subscribes after it must learn that it has missed one.
final class JournalRing {
    struct Item {
        let event: BrokerEvent
        /// One for each channel and form that somebody pulled it for; rarely more than three.
        var frames: [(lane: Lane, frame: AnyFrame)] = []

        var byteCount: Int { frameByteCount(frames.count) + event.payload.count + BrokerLimits.itemOverheadBytes }
        func frameByteCount(_ count: Int = 1) -> Int {
            count * (event.payload.count + BrokerLimits.frameOverheadBytes)
        }
    }
    struct Lane: Equatable {
        let form: FrameForm
        let channel: Channel
    }

    let journal: JournalKey
    private(set) var epoch: String
    /// The epoch before: what is still under way from it is ignored.
    private(set) var retiredEpoch: String?
    private(set) var items: Deque<Item> = []
    /// The number that the journal's next event will have, as far as is known here.
    private(set) var next: UInt64
    private(set) var byteCount = 0

    var subscriptions: [SubscriptionID: SubscriptionRecord] = [:]
    /// Those outside the run's own channel that asked for replaceable traffic.
    var eavesdroppers: [SubscriptionID: SubscriptionRecord] = [:]
    /// The subscriptions that have seen everything. The others cost nothing when an event comes.
    var idle: [SubscriptionRecord] = []

    /// The first number that the ring holds.
    var base: UInt64 { next - UInt64(items.count) }
    var position: JournalPosition { JournalPosition(epoch: epoch, seq: next - 1) }

    func holdsAll(after position: JournalPosition) -> Bool {
        position.epoch == epoch && position.seq < next && position.seq >= base - 1
    }

    /// A ring without events, whose first one will be the next after `position`.
    init(journal: JournalKey, after position: JournalPosition) {
        self.journal = journal
        epoch = position.epoch
        next = position.seq + 1
    }

    func begin(after position: JournalPosition) {
        retiredEpoch = epoch
        epoch = position.epoch
        drop()
        next = position.seq + 1
    }

    /// - Returns: false for an event that was here before, or that a subscriber has already read from the journal.
    func append(_ event: BrokerEvent) -> Bool {
        guard event.header.seq >= next else { return false }
        // A hole: whoever waits at its edge is behind, and finds in the journal what is missing here.
        if event.header.seq > next { drop() }
        next = event.header.seq + 1
        let item = Item(event: event)
        byteCount += item.byteCount
        items.append(item)
        return true
    }

    func trim(to bytesMax: Int) {
        while byteCount > bytesMax, let item = items.popFirst() { byteCount -= item.byteCount }
    }

    func drop() {
        items = []
        byteCount = 0
    }

    /// - Parameter seq: one that the ring holds.
    func header(_ seq: UInt64) -> EventHeader { items[Int(seq - base)].event.header }

    /// - Returns: the frame, about how large it is, and whether it had to be made.
    func frame(_ seq: UInt64, for lane: Lane, by framing: AnyFraming) -> (frame: AnyFrame, byteCount: Int, isNew: Bool)
    {
        let index = Int(seq - base)
        let size = items[index].frameByteCount()
        if let made = items[index].frames.first(where: { $0.lane == lane }) { return (made.frame, size, false) }
        let frame = framing(lane.form, lane.channel, items[index].event)
        items[index].frames.append((lane, frame))
        byteCount += size
        return (frame, size, true)
    }
}
