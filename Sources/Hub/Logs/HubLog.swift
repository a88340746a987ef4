// The hub's own log, for administrators who are not at its machine.
//
// What the hub logs goes to standard error, and beside that here: the newest lines are kept for those who come, and each
// goes to the viewers of the channel `logs` as replaceable traffic. A line may be logged anywhere, also where locks are
// held, so it is only put down there; somebody else hands it on.

import DequeModule
package import Model
import Synchronization
import Wire

package final class HubLog: Sendable {
    private struct Lines {
        var kept: Deque<LogLine> = []
        var count = 0
    }

    /// 1,024 lines between the log and the viewers: a burst that is longer has holes, which its numbers show.
    private static let waitingLinesMax = 1_024

    /// What is logged from now on; for one reader.
    package let lines: AsyncStream<LogLine>
    private let incoming: AsyncStream<LogLine>.Continuation
    private let state = Mutex(Lines())
    private let limits: LiveLimits
    private let clock: any TimeSource

    package init(limits: LiveLimits, clock: any TimeSource) {
        self.limits = limits
        self.clock = clock
        (lines, incoming) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.waitingLinesMax))
    }

    package func put(_ level: LogLevel, _ message: String, _ metadata: [String: String]) {
        let now = clock.now()
        state.withLock { lines in
            lines.count += 1
            let line = LogLine(
                lines.count, level, cut(message), metadata.mapValues(cut), at: now)
            lines.kept.append(line)
            if lines.kept.count > limits.logLinesMax { lines.kept.removeFirst() }
            incoming.yield(line)
        }
    }

    /// The newest lines, as a channel's snapshot.
    func snapshot(from level: LogLevel?) -> [UInt8] {
        let (kept, count) = state.withLock { ($0.kept, $0.count) }
        var object = JSONObjectBytes()
        object.add(
            "lines",
            json: OperationAnswer.array(kept.lazy.filter { $0.level >= level ?? .trace }.map(\.json)))
        object.add("linesTotal", .integer(Int64(count)))
        return object.finished()
    }

    private func cut(_ text: String) -> String { text.cut(toBytes: limits.logTextBytesMax).map { $0 + "…" } ?? text }
}
