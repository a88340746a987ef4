import Synchronization

/// Lets a number of callers in at once; the others wait in the order they came, those in the background behind all
/// others. Waiting ends with the caller's task.
package final class Gate: Sendable {
    private typealias Waiter = (ticket: Int, continuation: CheckedContinuation<Void, any Error>)

    private struct State {
        var places: Int
        var nextTicket = 0
        var waiting: [Urgency: [Waiter]] = [:]
        /// How many in a row went in while somebody waited in the background.
        var passedBy = 0

        /// Who goes in where somebody left.
        mutating func takeNext() -> Waiter? {
            let background = waiting[.background, default: []]
            let urgency: Urgency
            if waiting[.interactive, default: []].isEmpty || passedBy >= Gate.passedByMax, !background.isEmpty {
                (urgency, passedBy) = (.background, 0)
            } else {
                urgency = .interactive
                passedBy = background.isEmpty ? 0 : passedBy + 1
            }
            guard waiting[urgency, default: []].isEmpty == false else { return nil }
            return waiting[urgency, default: []].removeFirst()
        }
    }

    /// 8: the background is slow then, and does not starve.
    private static let passedByMax = 8

    private let state: Mutex<State>

    package init(places: Int) {
        precondition(places > 0, "a gate without a place lets nobody in")
        state = Mutex(State(places: places))
    }

    var waitingCount: Int { state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } } }

    package func withPlace<Result>(
        _ urgency: Urgency = .interactive, _ body: () async throws -> Result
    ) async throws -> Result {
        try await enter(urgency)
        defer { leave() }
        return try await body()
    }

    private func enter(_ urgency: Urgency) async throws {
        let ticket = state.withLock { state in
            defer { state.nextTicket += 1 }
            return state.nextTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    // Under the lock: a cancellation from here on finds the ticket in the queue.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.places > 0 {
                        state.places -= 1
                        return .success(())
                    }
                    state.waiting[urgency, default: []].append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting[urgency, default: []].firstIndex { $0.ticket == ticket }
                    .map { state.waiting[urgency, default: []].remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard let next = state.takeNext() else {
                state.places += 1
                return nil
            }
            return next.continuation
        }
        next?.resume()
    }
}
