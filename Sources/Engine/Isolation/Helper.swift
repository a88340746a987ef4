import Dispatch
import Glibc
import Keeper

/// A small program that answers at once, such as `docker rm`.
enum Helper {
    /// 8 KiB of what it said: a few lines.
    private static let textByteCountMax = 8 << 10

    /// 30 s: what asks a service that hangs, such as docker's, would wait for ever.
    static let answerTime = Duration.seconds(30)

    /// - Returns: its exit status (of one that was killed 128 and the signal), and what it said, errors last. One that takes
    ///   too long is killed, and the text says so.
    static func run(
        _ argv: [String], environment: [String: String], within time: Duration = answerTime
    ) async throws -> (status: Int32, text: String) {
        // It is waited for on a thread of its own: those of the tasks are few.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runNow(argv, environment, time) })
            }
        }
    }

    private static func runNow(
        _ argv: [String], _ environment: [String: String], _ time: Duration
    ) throws -> (status: Int32, text: String) {
        let (pid, reading) = try start(argv, environment)
        var said: [UInt8] = []
        let clock = ContinuousClock()
        let due = clock.now + time
        var isSilent = false
        while true {
            isSilent = try !reading.isReadable(within: clock.now.duration(to: due))
            guard !isSilent, let part = try reading.bytes(upTo: textByteCountMax), !part.isEmpty else { break }
            said = Array((said + part).suffix(textByteCountMax))
        }
        // Not by the clock: poll(2) takes whole milliseconds, and may come back a little before.
        if isSilent {
            kill(pid, SIGKILL)
            said += Array("\n\(argv[0]) did not answer within \(time)".utf8)
        }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw SystemError("wait") }
        }
        let signal = status & 0x7F
        let text = String(decoding: said, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
        return (signal == 0 ? status >> 8 & 0xFF : 128 + signal, text)
    }

    /// The writing end of the pipe is the program's alone when this has returned.
    private static func start(
        _ argv: [String], _ environment: [String: String]
    ) throws -> (pid: Int32, reading: Descriptor) {
        let null = try Directory(path: "/dev").open("null", O_RDWR)
        let (reading, writing) = try Descriptor.pipe()
        let start = ProcessStart(program: argv[0], arguments: argv, environment: environment)
        return (try start(standard: (null, writing, writing)), reading)
    }
}
