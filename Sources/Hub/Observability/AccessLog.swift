import Dispatch
import Glibc
package import Model
import Synchronization
package import Transport
import Wire

/// One line of JSON for each request, and one for the end of each WebSocket and event stream. Written by a queue of its
/// own: a slow disk costs lines, which are counted and told, and no loop waits for it.
package final class AccessLog: Sendable {
    package enum Place: Sendable, Equatable {
        case standardError
        /// Opened anew by `reopen`, so that it can be moved away.
        case file(String)
    }

    private struct State {
        var waiting: [UInt8] = []
        var isWriting = false
        var lost = 0
        /// Lost and not yet told in the log itself.
        var untold = 0
    }

    /// 1 MiB, some 4,000 lines: a second of a busy hub.
    package static let waitingByteCountMax = 1 << 20

    private let place: Place
    private let clock: any TimeSource
    private let waitingByteCountMax: Int
    private let state = Mutex(State())
    private let descriptor: Mutex<Int32>
    private let queue = DispatchQueue(label: "access log")

    /// - Throws: an errno's `AccessLogError` when the file cannot be opened.
    package init(
        _ place: Place, clock: any TimeSource, waitingByteCountMax: Int = AccessLog.waitingByteCountMax
    ) throws(AccessLogError) {
        self.place = place
        self.clock = clock
        self.waitingByteCountMax = waitingByteCountMax
        descriptor = Mutex(try Self.open(place))
    }

    deinit { if case .file = place { close(descriptor.withLock { $0 }) } }

    /// Since the start.
    package var lostCount: Int { state.withLock(\.lost) }

    package func write(_ record: ExchangeRecord) { append(AccessLogLine.encode(record, at: clock.now())) }

    /// - Throws: when the new file cannot be opened; the old one stays.
    package func reopen() throws(AccessLogError) {
        guard case .file = place else { return }
        let new = try Self.open(place)
        let old = descriptor.withLock { descriptor in
            defer { descriptor = new }
            return descriptor
        }
        // In turn: what was written before still goes to the old one.
        queue.async { close(old) }
    }

    /// Returns when what was written before is in the file, or is lost.
    package func drain() { queue.sync {} }

    private func append(_ line: [UInt8]) {
        let begins = state.withLock { state in
            guard state.waiting.count + line.count <= waitingByteCountMax else {
                state.lost += 1
                state.untold += 1
                return false
            }
            state.waiting += line
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { queue.async { [self] in writeWhatWaits() } }
    }

    private func writeWhatWaits() {
        while true {
            let (bytes, untold) = state.withLock { state -> ([UInt8], Int) in
                guard !state.waiting.isEmpty else {
                    state.isWriting = false
                    return ([], 0)
                }
                defer { (state.waiting, state.untold) = ([], 0) }
                return (state.waiting, state.untold)
            }
            guard !bytes.isEmpty else { return }
            let isWhole = put(untold == 0 ? bytes : bytes + AccessLogLine.encodeLoss(untold, at: clock.now()))
            guard !isWhole else { continue }
            let count = bytes.count { $0 == UInt8(ascii: "\n") }
            state.withLock { state in
                state.lost += count
                state.untold += untold + count
            }
        }
    }

    private func put(_ bytes: [UInt8]) -> Bool {
        let descriptor = descriptor.withLock { $0 }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func open(_ place: Place) throws(AccessLogError) -> Int32 {
        switch place {
        case .standardError: return STDERR_FILENO
        case .file(let path):
            // Its lines name people and what they do: for the owner alone.
            let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw AccessLogError(path: path, errno: errno) }
            return descriptor
        }
    }
}
