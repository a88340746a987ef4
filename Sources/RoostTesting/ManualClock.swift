package import Model
internal import Synchronization

/// Time that stands still until a test moves it.
package final class ManualClock: TimeSource {
    private struct Sleeper {
        let due: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Timestamp
        var lastID = 0
        /// Sleeps that are about to begin: a task can be cancelled at that very moment.
        var beginning: Set<Int> = []
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(sleeperCount: Int, continuation: CheckedContinuation<Void, Never>)] = []

        mutating func nextID() -> Int {
            lastID += 1
            beginning.insert(lastID)
            return lastID
        }

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let count = sleepers.count
            defer { watchers.removeAll { $0.sleeperCount <= count } }
            return watchers.filter { $0.sleeperCount <= count }.map(\.continuation)
        }
    }

    private let state: Mutex<State>

    /// - Parameter start: 2025-01-01T00:00:00Z unless said otherwise.
    package init(start: Timestamp = Timestamp(millisecondsSince1970: 1_735_689_600_000)) {
        state = Mutex(State(now: start))
    }

    package func now() -> Timestamp { state.withLock(\.now) }

    /// Moves time on and wakes whoever is due, the earliest first.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.adding(milliseconds: duration.wholeMilliseconds)
            let due = state.sleepers.filter { $0.value.due <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.map(\.value.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Returns once at least `count` tasks sleep: only then does moving the time on mean anything to them.
    package func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                state.watchers.append((count, continuation))
                return state.takeWatchers()
            }
            for continuation in ready { continuation.resume() }
        }
    }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        let id = state.withLock { $0.nextID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { begin(id, duration, $0) }
        } onCancel: {
            cancel(id)
        }
    }

    private func begin(_ id: Int, _ duration: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
        let (isCancelled, ready) = state.withLock { state in
            guard state.beginning.remove(id) != nil else { return (true, [CheckedContinuation<Void, Never>]()) }
            let due = state.now.adding(milliseconds: duration.wholeMilliseconds)
            state.sleepers[id] = Sleeper(due: due, continuation: continuation)
            return (false, state.takeWatchers())
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        for watcher in ready { watcher.resume() }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state in
            state.beginning.remove(id)
            return state.sleepers.removeValue(forKey: id)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}

extension Duration {
    /// Rounded up: nobody is woken early.
    fileprivate var wholeMilliseconds: Int64 {
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let (whole, rest) = components.attoseconds.quotientAndRemainder(dividingBy: attosecondsPerMillisecond)
        return components.seconds * 1_000 + whole + (rest > 0 ? 1 : 0)
    }
}
