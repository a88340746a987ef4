import Foundation
import Glibc

/// One program from its start to its end, watched by a thread of its own: reading and waiting block, and a blocked
/// thread of the cooperative pool would be missing everywhere else. The admission limit bounds the threads.
struct Supervision<Sink: OutputSink> {
    enum End: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    struct Report: Sendable {
        let end: End
        let sink: Sink
        let errors: [UInt8]
        /// The sink wanted no more, and the program was ended for it.
        let sinkIsFull: Bool
        /// The task was cancelled, and the program was ended for it.
        let wasStopped: Bool
    }

    /// A pipe's worth: more would not come in one read.
    private let pieceByteCountMax = 64 << 10
    /// How often an end is looked for that no descriptor announces: after the output has ended, or after a signal.
    private let pollMilliseconds: Int32 = 1

    private let pid: pid_t
    private let stop: StopSignal
    private let grace: Duration
    private var output: Descriptor?
    private var errors: Descriptor?
    private var sink: Sink
    private var words = OutputTail()
    private let hearing: (@Sendable ([UInt8]) -> Void)?
    private var sinkIsFull = false
    private var wasStopped = false
    private var killAt: ContinuousClock.Instant?

    /// Runs the program; when the task is cancelled, the program gets SIGTERM, which lets git remove its lock files,
    /// and after the grace SIGKILL.
    /// - Parameter hearing: gets the standard error as it comes, on the thread that reads it.
    static func run(
        _ launch: Launch, into sink: Sink, grace: Duration, hearing: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> Report {
        try Task.checkCancellation()
        let stop = try StopSignal()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result {
                            var supervision = try Supervision(
                                launch, into: sink, stop: stop, grace: grace, hearing: hearing)
                            return try supervision.watch()
                        })
                }
            }
        } onCancel: {
            stop.raise()
        }
    }

    private init(
        _ launch: Launch, into sink: Sink, stop: StopSignal, grace: Duration,
        hearing: (@Sendable ([UInt8]) -> Void)?
    ) throws {
        let (output, outputFar) = try Descriptor.pair()
        let (errors, errorsFar) = try Descriptor.pair()
        pid = try launch.spawn(output: outputFar, errors: errorsFar)
        (self.output, self.errors, self.sink, self.stop, self.grace) = (output, errors, sink, stop, grace)
        self.hearing = hearing
    }

    private mutating func watch() throws -> Report {
        while true {
            try turn()
            if let killAt, killAt <= .now {
                _ = kill(-pid, SIGKILL)
                // Whoever left the group may hold the far ends for ever.
                (output, errors) = (nil, nil)
            }
            guard killAt != nil || (output == nil && errors == nil) else { continue }
            if let end = try reap() {
                return Report(
                    end: end, sink: sink, errors: words.bytes, sinkIsFull: sinkIsFull, wasStopped: wasStopped)
            }
        }
    }

    /// Waits for one thing to happen, and takes note of it.
    private mutating func turn() throws {
        let watched = [output, errors, killAt == nil ? stop.watched : nil]
        var polled = watched.map { pollfd(fd: $0?.number ?? -1, events: Int16(POLLIN), revents: 0) }
        let isEnding = killAt != nil || (output == nil && errors == nil)
        guard poll(&polled, nfds_t(polled.count), isEnding ? pollMilliseconds : -1) >= 0 else {
            guard errno == EINTR else { throw SystemError("poll") }
            return
        }
        if polled[0].revents != 0, let piece = try output?.read(atMost: pieceByteCountMax) {
            if piece.isEmpty { output = nil }
            if killAt == nil, !sink.take(piece) {
                sinkIsFull = true
                end()
            }
        }
        if polled[1].revents != 0, let piece = try errors?.read(atMost: pieceByteCountMax) {
            if piece.isEmpty { errors = nil }
            _ = words.take(piece)
            if !piece.isEmpty { hearing?(piece) }
        }
        if polled[2].revents != 0, killAt == nil {
            wasStopped = true
            end()
        }
    }

    private mutating func end() {
        killAt = .now + grace
        _ = kill(-pid, SIGTERM)
    }

    private func reap() throws -> End? {
        var status: Int32 = 0
        switch waitpid(pid, &status, WNOHANG) {
        case 0: return nil
        case pid:
            // WIFEXITED and its kin are macros that Swift does not see.
            let signal = status & 0x7f
            return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
        default: throw SystemError("waitpid")
        }
    }
}
