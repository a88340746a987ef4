internal import Logging
internal import WebCodec

/// What the connections of one shard share. Touched on its loop alone.
final class ConnectionContext {
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
        dirty.append(connection)
    }

    var hasDirty: Bool { !dirty.isEmpty }

    func takeDirty() -> [Connection] {
        defer { dirty = [] }
        return dirty
    }
}
