import CKeeper
import Glibc
import Keeper

/// The one loop of a keeper: output to the spools, input to the process, requests from hubs, and the process's end.
///
/// Safe: the buffer is its own, and lives as long as it does.
@safe final class KeeperLoop {
    /// 8: a hub, the one before it whose end has not been noticed yet, and people who look.
    static let connectionCountMax = 8
    /// 64 KiB: what a pipe holds (pipe(7)).
    static let chunkByteCount = 64 << 10
    /// 5 ms: hubs are told of growth at most this often.
    static let growthIntervalMs: UInt64 = 5
    /// 100 ms before something is tried again for which the system had no room.
    static let retryMs: UInt64 = 100

    let child: Child
    let spools: Spools
    let listener: Descriptor
    let signals: Descriptor
    /// Where the process and all that come of it are, where that may be.
    let group: ControlGroup?
    let startedAt: UInt64
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkByteCount, alignment: 16)

    var queue = InputQueue()
    var connections: [HubConnection] = []
    var lifecycle: Lifecycle
    /// How the process ended, once it has.
    var ended: (status: Int32, usage: rusage)?
    var hasDescendants = true
    /// They do not end by SIGKILL.
    var hasSurvivors = false
    /// All that came of the process was told to stand still.
    var isStanding = false
    /// Connections could not be accepted for want of something, and wait until then.
    var listensAgainAt: UInt64?
    var growthAt: UInt64?
    var quietUntil: UInt64 = 0

    init(
        child: Child, spools: Spools, listener: Descriptor, signals: Descriptor, group: ControlGroup?,
        wallMsMax: UInt64?
    ) {
        self.child = child
        self.spools = spools
        self.listener = listener
        self.signals = signals
        self.group = group
        let now = MonotonicClock.now()
        startedAt = now
        lifecycle = Lifecycle(limitAt: wallMsMax.map { now + min($0, .max - now) })
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// Turns until the process and all its descendants have ended.
    func run() throws -> ExitRecord {
        while lifecycle.phase != .over {
            for (source, events) in try wait() { try handle(source, events) }
            let now = MonotonicClock.now()
            if let at = listensAgainAt, now >= at { listensAgainAt = nil }
            perform(
                lifecycle.advance(at: now, hasDescendants: hasDescendants, streamsEnded: child.streams.isEmpty))
            announceGrowth(at: now)
            flush()
        }
        drain()
        if let cause = spools.finish() {
            perform(lifecycle.stop(cause, graceMs: 0, at: MonotonicClock.now()))
        }
        return record()
    }

    func perform(_ effects: [Lifecycle.Effect]) {
        for effect in effects {
            switch effect {
            case .signalGroup(let signal): pass(signal)
            case .signalDescendants(let signal):
                if signal == SIGKILL, let group { _ = group.kill() }
                Descendants.signal(signal)
            case .complainOfSurvivors:
                hasSurvivors = true
                complain("descendants of the process do not end by SIGKILL")
            }
        }
    }

    /// Signals the process group. Standing still and going on is for whoever came of the process, in whichever session. Who had
    /// stopped by itself, as a job of a shell, is not told to go on by one that is told so and had not been told to stand.
    func pass(_ signal: Int32) {
        signalGroup(signal)
        if signal == SIGSTOP {
            isStanding = true
            Descendants.stop()
        } else if signal == SIGCONT, isStanding {
            isStanding = false
            Descendants.signal(SIGCONT)
        }
    }

    func signalGroup(_ signal: Int32) {
        // Once the process has been reaped, its number may be another's.
        if ended == nil { _ = kill(-child.pid, signal) }
    }

    /// Buries whoever has ended.
    func reap() {
        while true {
            var status: Int32 = 0
            var usage = rusage()
            let pid = unsafe wait4(-1, &status, WNOHANG, &usage)
            if pid == child.pid {
                ended = (status, usage)
                lifecycle.childEnded(at: MonotonicClock.now())
            }
            if pid <= 0 {
                hasDescendants = pid == 0
                return
            }
        }
    }

    private func record() -> ExitRecord {
        var record = ExitRecord(ending: .exited(code: 0), stopped: lifecycle.cause)
        if let ended {
            // wait(2): the low seven bits are the signal, or 0; the next byte is the exit code.
            let signal = ended.status & 0x7F
            record.ending = signal == 0 ? .exited(code: ended.status >> 8 & 0xFF) : .signalled(signal: signal)
            record.userMs = Self.milliseconds(ended.usage.ru_utime)
            record.systemMs = Self.milliseconds(ended.usage.ru_stime)
            record.residentByteCountMax = UInt64(ended.usage.ru_maxrss) << 10
        }
        record.wallMs = MonotonicClock.now() - startedAt
        record.spools = spools.sizes
        record.hasSurvivors = hasSurvivors
        return record
    }

    private static func milliseconds(_ time: timeval) -> UInt64 {
        UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_usec) / 1_000
    }
}
