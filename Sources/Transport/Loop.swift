// The thread that turns libwebsockets, as a Swift executor.
//
// libwebsockets is single-threaded by contract: every call but a wake-up must come from the thread that turns its
// loop. What touches the library is therefore an actor bound to this executor, and the compiler, not a review, keeps
// the others out. Other actors may be bound to it too, so that a call between them and a socket is a plain call. Tasks
// may prefer it: what computes for microseconds between its waits changes no thread then.

internal import CLibWebSockets
internal import Synchronization

/// Lives as long as the process: actors may be bound to it after its sockets are closed.
///
/// `@unchecked Sendable`: `mailbox` is a lock; `spare` and `receiver` are touched by the loop's thread alone, save that
/// `receiver` is set before that thread starts; of the C loop, other threads call only what the C header allows.
@safe package final class Loop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private enum Item {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    /// How often a turn looks into the mailbox again before input and output get theirs.
    private static let drainRoundCountMax = 4

    let handle: OpaquePointer
    private let mailbox = Mutex<[Item]>([])
    private var spare: [Item] = []
    private var receiver: (any LoopReceiver)?

    private static let processIsPrepared: Void = clws_prepare_process()

    init() throws(TransportError) {
        Self.processIsPrepared
        guard let handle = unsafe clws_loop_create() else { throw .loopUnavailable }
        unsafe self.handle = handle
    }

    /// Accepts from a listening socket, which becomes the loop's. Before `start`.
    /// - Returns: 0 or an errno.
    func accept(from descriptor: Int32, tag: Int) -> Int32 {
        unsafe clws_accept_from(handle, descriptor, UInt64(tag))
    }

    /// From here on the loop's thread runs, and events reach the receiver.
    func start(_ receiver: any LoopReceiver) throws(TransportError) {
        self.receiver = receiver
        let owner = unsafe Unmanaged.passRetained(self)
        let error = unsafe clws_loop_start(handle, receiveEvent, owner.toOpaque())
        guard error == 0 else {
            unsafe owner.release()
            throw .loopUnavailable
        }
    }

    /// Monotonic, as of the current turn.
    var nowMilliseconds: UInt64 { unsafe clws_now_milliseconds(handle) }

    /// Now, where a turn may last. The same clock.
    static var monotonicMilliseconds: UInt64 { clws_monotonic_milliseconds() }

    func wake() { unsafe clws_wake(handle) }

    /// Runs `work` on the loop's thread. Whatever is submitted before the loop gets to it shares one wake-up.
    func submit(_ work: @escaping @Sendable () -> Void) {
        put(.work(work))
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        put(.job(UnownedJob(job)))
    }

    private func put(_ item: Item) {
        let isFirst = mailbox.withLock { items in
            items.append(item)
            return items.count == 1
        }
        // The loop's own thread looks into the mailbox before it sleeps.
        if isFirst, unsafe !clws_loop_is_current(handle) { wake() }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    package func isIsolatingCurrentContext() -> Bool? {
        unsafe clws_loop_is_current(handle)
    }

    package func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "off the loop's thread")
    }

    fileprivate func receive(_ event: LoopEvent) -> Int32 {
        switch unsafe event.kind {
        case CLWS_TURN_ENDED:
            drain()
            receiver?.turnEnded()
            if mailbox.withLock({ !$0.isEmpty }) { wake() }
            return 0
        case CLWS_TICKED:
            receiver?.ticked()
            return 0
        default:
            return unsafe receiver?.received(event) ?? -1
        }
    }

    private func drain() {
        for _ in 0..<Self.drainRoundCountMax {
            mailbox.withLock { swap(&$0, &spare) }
            if spare.isEmpty { return }
            for item in spare {
                switch item {
                case .job(let job):
                    // A task that prefers no executor comes back to the mailbox at each `await`, also where that stays
                    // within its actor: others may have been here before it goes on.
                    unsafe job.runSynchronously(
                        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
                case .work(let work): work()
                }
            }
            spare.removeAll(keepingCapacity: true)
        }
    }
}

/// What a loop tells, on its own thread.
protocol LoopReceiver: AnyObject, Sendable {
    /// - Returns: 0, or -1 to close the socket.
    func received(_ event: LoopEvent) -> Int32
    func turnEnded()
    func ticked()
}

/// `@unchecked Sendable`: it never leaves the loop's thread; the annotation lets it enter an actor that is already
/// there. Its pointers are valid for the call.
@unsafe struct LoopEvent: @unchecked Sendable {
    let kind: clws_event
    let socket: OpaquePointer?
    let id: UInt64
    let bytes: UnsafeBufferPointer<UInt8>
}

private func receiveEvent(
    owner: UnsafeMutableRawPointer?, kind: clws_event, socket: OpaquePointer?, id: UInt64,
    bytes: UnsafePointer<UInt8>?, byteCount: Int
) -> Int32 {
    guard let owner = unsafe owner else { return -1 }
    let loop = unsafe Unmanaged<Loop>.fromOpaque(owner).takeUnretainedValue()
    let slice = unsafe UnsafeBufferPointer(start: bytes, count: byteCount)
    return unsafe loop.receive(LoopEvent(kind: kind, socket: socket, id: id, bytes: slice))
}
