import Logging
import Model

/// Tells a service manager at half of its interval that the hub lives, and only while every part of it answers: one
/// that hangs is then ended and started anew by the manager.
actor Watchdog {
    /// Something that could hang.
    struct Part: Sendable {
        let name: String
        /// Returns when the part has got to it.
        let answer: @Sendable () async -> Void
    }

    private let pause: Duration
    private let parts: [Part]
    private let log: Logger
    private let tell: @Sendable () -> Void
    /// Those that were asked and have not answered.
    private var silent: Set<String> = []

    /// - Parameter intervalMicroseconds: after which the manager ends what it has not heard of.
    init(intervalMicroseconds: Int64, parts: [Part], log: Logger, tell: @escaping @Sendable () -> Void) {
        // Half of it, as sd_watchdog_enabled(3) recommends: one late round costs nothing.
        pause = .microseconds(intervalMicroseconds) / 2
        self.parts = parts
        self.log = log
        self.tell = tell
    }

    /// Goes on until its task is cancelled.
    func run(on clock: any TimeSource) async {
        while !Task.isCancelled {
            ask()
            do { try await clock.sleep(for: pause) } catch { return }
        }
    }

    private func ask() {
        guard silent.isEmpty else {
            // No second question: a part that hangs would only gather them.
            log.error(
                "the service manager is not told that the hub lives: parts do not answer",
                metadata: ["parts": "\(silent.sorted().joined(separator: ", "))"])
            return
        }
        silent = Set(parts.map(\.name))
        for part in parts {
            Task {
                await part.answer()
                answered(part.name)
            }
        }
    }

    private func answered(_ name: String) {
        silent.remove(name)
        if silent.isEmpty { tell() }
    }
}
