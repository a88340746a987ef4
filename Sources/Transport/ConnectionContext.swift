internal import DequeModule
internal import Logging
internal import WebCodec

/// What the connections of one shard share. Touched on its loop alone.
final class ConnectionContext {
    /// 4 ms: what the events of others may have to wait for those who have much to hear.
    private static let endMillisecondsMax: UInt64 = 4

    let loop: Loop
    let limits: TransportLimits
    let log: Logger
    /// nil where only outgoing connections are made.
    let service: Service?
    let observer: any TransportObserver
    var isStopping = false
    /// By connection id.
    var deadlines: TimingWheel
    /// Connections with something to do when the turn ends.
    private var dirty: [Connection] = []
    /// Those that have had their turn, and have more to do.
    private var unfinished: Deque<Connection> = []
    private var isEndingTurn = false

    init(loop: Loop, limits: TransportLimits, log: Logger, service: Service?) {
        self.loop = loop
        self.limits = limits
        self.log = log
        self.service = service
        observer = service?.observer ?? SilentObserver()
        deadlines = TimingWheel(nowMilliseconds: loop.nowMilliseconds)
    }

    func log(_ refusal: Admission.Refusal, of remote: RemoteAddress) {
        guard let count = refusal.countToLog else { return }
        log.warning(
            "connections are refused",
            metadata: [
                "limit": "\(refusal.limit.rawValue)", "count": "\(count)", "peer": "\(remote.host)",
                "reason": "\(refusal.error.detail)",
            ])
    }

    func markDirty(_ connection: Connection) {
        if isEndingTurn { unfinished.append(connection) } else { dirty.append(connection) }
    }

    /// First come those with something new, then those that had their turn before and have more, one after the other and
    /// for a while: thousands that come back with much to hear must not delay the others.
    ///
    /// - Returns: whether something is left.
    func endTurn() -> Bool {
        isEndingTurn = true
        let due = Loop.monotonicMilliseconds + Self.endMillisecondsMax
        for connection in dirty { connection.turnEnded() }
        dirty.removeAll(keepingCapacity: true)
        while let connection = unfinished.popFirst() {
            connection.turnEnded()
            if Loop.monotonicMilliseconds >= due { break }
        }
        isEndingTurn = false
        return !unfinished.isEmpty
    }
}
