import Keeper
import Glibc
import Synchronization

/// A thread that waits for descriptors, as an actor's executor: what arrives is in the actor already.
///
/// Not a dispatch source: on Linux those corrupt their memory when a pipe or socket ends while another is being set up
/// or cancelled (swiftlang/swift-corelibs-libdispatch#949), which is what happens here all day.
///
/// One is enough for all keepers of a hub. It lives as long as the program.
package final class DescriptorLoop: SerialExecutor {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var watches: [Int32: Watch] = [:]
        var thread: pthread_t?
    }

    private struct Watch {
        /// Held, so that the number is not another's while it is waited for.
        let descriptor: Descriptor
        let arrived: @Sendable () -> Void
    }

    private let inbox = Mutex(Inbox())
    private let wake: (reading: Descriptor, writing: Descriptor)

    package init() throws {
        wake = try Descriptor.pipe()
        try wake.reading.makeNonBlocking()
        try wake.writing.makeNonBlocking()
        try start()
    }

    /// Calls `arrived` on the loop each time there is something to read, an end or an error, until `ignore`. To be
    /// called on the loop.
    func watch(_ descriptor: Descriptor, _ arrived: @escaping @Sendable () -> Void) {
        checkIsolated()
        inbox.withLock { $0.watches[descriptor.number] = Watch(descriptor: descriptor, arrived: arrived) }
    }

    /// To be called on the loop.
    func ignore(_ descriptor: Descriptor) {
        checkIsolated()
        let ignored = inbox.withLock { $0.watches.removeValue(forKey: descriptor.number) }
        // What the closure holds goes here, outside the lock.
        withExtendedLifetime(ignored) {}
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasEmpty = inbox.withLock { inbox in
            defer { inbox.jobs.append(job) }
            return inbox.jobs.isEmpty
        }
        // A pipe that is full wakes as well.
        if wasEmpty { _ = unsafe write(wake.writing.number, "w", 1) }
    }

    package func isIsolatingCurrentContext() -> Bool? {
        inbox.withLock { $0.thread == pthread_self() }
    }

    package func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "off the descriptor loop")
    }

    private func start() throws {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let error = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<DescriptorLoop>.fromOpaque(context).takeRetainedValue().run()
            }, unsafe context.toOpaque())
        guard error == 0 else {
            unsafe context.release()
            throw SystemError("start thread", number: error)
        }
        pthread_detach(thread)
    }

    private func run() -> Never {
        inbox.withLock { $0.thread = pthread_self() }
        while true {
            let watches = Array(inbox.withLock { $0.watches }.values)
            var polled = ([wake.reading] + watches.map(\.descriptor)).map {
                pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0)
            }
            // It fails when a signal came, and then nothing is ready.
            guard unsafe poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
            if polled[0].revents != 0 { runJobs() }
            for (watch, polled) in zip(watches, polled.dropFirst()) where polled.revents != 0 {
                if inbox.withLock({ $0.watches[watch.descriptor.number]?.descriptor === watch.descriptor }) {
                    watch.arrived()
                }
            }
        }
    }

    /// Runs what waits now, and leaves what that brings for the next turn.
    private func runJobs() {
        // Emptied before the jobs are taken: whoever comes later wakes the next turn.
        _ = try? wake.reading.bytes(upTo: 64)
        let jobs = inbox.withLock { inbox in
            defer { inbox.jobs = [] }
            return inbox.jobs
        }
        for job in jobs { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
}
