/// What an HTTP connection is waiting for, and until when.
struct Deadline: Equatable {
    enum Wait: Equatable {
        case head, body, idle
        /// For a body that its handler takes as it comes, which has a least rate (`BodyRate`) and no end in time.
        case upload
        /// For our own handler, or for the peer to read: other clocks than this one.
        case none
    }

    private(set) var wait: Wait
    private(set) var dueMilliseconds: UInt64

    /// A new connection: the silent are treated as the slow.
    init(now: UInt64, limits: TransportLimits) {
        wait = .head
        dueMilliseconds = now + UInt64(limits.headSeconds) * 1000
    }

    /// A wait that goes on keeps its deadline: a byte now and then does not buy time.
    mutating func enter(_ wait: Wait, now: UInt64, limits: TransportLimits) {
        guard wait != self.wait else { return }
        self.wait = wait
        dueMilliseconds =
            switch wait {
            case .head: now + UInt64(limits.headSeconds) * 1000
            case .body: now + UInt64(limits.bodySeconds) * 1000
            case .idle: now + UInt64(limits.idleSeconds) * 1000
            case .upload, .none: .max
            }
    }

    func isDue(at now: UInt64) -> Bool { now >= dueMilliseconds }
}
