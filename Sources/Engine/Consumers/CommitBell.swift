package import Journal
package import Model
import Synchronization

/// Wakes those who wait for something to happen in a journal. It says that something did, never what: whoever wakes
/// reads the rows.
package final class CommitBell: Sendable {
    private struct State {
        var lastID = 0
        var listeners: [JournalKey: [Int: AsyncStream<Void>.Continuation]] = [:]
    }

    /// Rings that come between two waits are one.
    package struct Listener: Sendable {
        fileprivate let journal: JournalKey
        fileprivate let id: Int
        fileprivate let rings: AsyncStream<Void>
        fileprivate let ring: AsyncStream<Void>.Continuation

        /// Returns at the next ring, or at once when it rang since the last wait, or when the task is cancelled.
        package func wait() async {
            for await _ in rings { return }
        }

        /// The same, or until that moment.
        func wait(until due: Timestamp, _ clock: any TimeSource) async throws {
            let pause = Duration.milliseconds(
                max(1, due.millisecondsSince1970 - clock.now().millisecondsSince1970))
            // The alarm rings too: a wait that is called off would end the stream for all later ones.
            let alarm = Task {
                do { try await clock.sleep(for: pause) } catch { return }
                ring.yield()
            }
            defer { alarm.cancel() }
            await wait()
            try Task.checkCancellation()
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// What a commit made visible: the journal's observer calls it.
    package func ring(_ events: [CommittedEvent]) {
        var last: JournalKey?
        for event in events where event.journal != last {
            last = event.journal
            ring(event.journal)
        }
    }

    func ring(_ journal: JournalKey) {
        let waiting = state.withLock { $0.listeners[journal].map { Array($0.values) } ?? [] }
        for listener in waiting { listener.yield() }
    }

    /// Wakes all that wait: the hub goes.
    package func ringAll() {
        let waiting = state.withLock { $0.listeners.values.flatMap(\.values) }
        for listener in waiting { listener.yield() }
    }

    /// Everything that happens from here on rings. To be ended with `forget`.
    package func listen(to journal: JournalKey) -> Listener {
        let (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastID += 1
            state.listeners[journal, default: [:]][state.lastID] = continuation
            return state.lastID
        }
        return Listener(journal: journal, id: id, rings: rings, ring: continuation)
    }

    package func forget(_ listener: Listener) {
        state.withLock { state in
            state.listeners[listener.journal]?[listener.id] = nil
            if state.listeners[listener.journal]?.isEmpty == true { state.listeners[listener.journal] = nil }
        }
    }
}
