internal import DequeModule
internal import Synchronization

/// A request's body as it comes, for its handler.
package typealias RequestBody = IncomingBody<RequestBodyError>
/// An answer's body as it comes, for who asked.
package typealias ResponseBody = IncomingBody<HTTPClientError>

/// A body as it comes, for one reader, once. While the reader is behind, no more than
/// `TransportLimits.behindHandlerByteCountMax` waits here (and one read of the socket): the peer's sending pauses.
///
///     for try await bytes in body { … }   // throws Failure, or CancellationError
package final class IncomingBody<Failure: Error>: AsyncSequence, Sendable {
    private struct State {
        var pieces: Deque<[UInt8]> = []
        var byteCount = 0
        /// nil while more may come.
        var end: Result<Void, Failure>?
        var waiter: CheckedContinuation<[UInt8]?, any Error>?
        /// The connection wants to know when the reader asks for more.
        var tellsDemand: Bool
    }

    private let state: Mutex<State>
    private let byteCountMax: Int
    private let demand: @Sendable () -> Void

    /// - Parameters:
    ///   - awaitsReader: nothing is sent before the reader asks (`Expect: 100-continue`).
    ///   - demand: called from any thread when the reader wants more than has come.
    init(byteCountMax: Int, awaitsReader: Bool, demand: @escaping @Sendable () -> Void) {
        self.byteCountMax = byteCountMax
        self.demand = demand
        state = Mutex(State(tellsDemand: awaitsReader))
    }

    // MARK: The connection's end

    /// Whether more may be put in; if not, `demand` is called when it may.
    var hasRoom: Bool {
        state.withLock { state in
            if state.byteCount >= byteCountMax { state.tellsDemand = true }
            return state.byteCount < byteCountMax
        }
    }

    /// For tests.
    var waitingByteCount: Int { state.withLock { $0.byteCount } }

    func put(_ bytes: [UInt8]) {
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard state.waiter == nil else { return state.waiter.take() }
            state.pieces.append(bytes)
            state.byteCount += bytes.count
            return nil
        }
        waiter?.resume(returning: bytes)
    }

    /// The first end counts.
    func end(_ end: Result<Void, Failure>) {
        let waiter = state.withLock { state -> CheckedContinuation<[UInt8]?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = end
            return state.waiter.take()
        }
        switch end {
        case .success: waiter?.resume(returning: nil)
        case .failure(let error): waiter?.resume(throwing: error)
        }
    }

    // MARK: The reader's end

    package struct Iterator: AsyncIteratorProtocol {
        let body: IncomingBody

        package func next() async throws -> [UInt8]? { try await body.next() }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    private func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { take(for: $0) }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume(throwing: CancellationError())
        }
    }

    private func take(for waiter: CheckedContinuation<[UInt8]?, any Error>) {
        let (now, tells) = state.withLock { state -> (Result<[UInt8]?, any Error>?, Bool) in
            precondition(state.waiter == nil, "a body has one reader")
            var now: Result<[UInt8]?, any Error>?
            if let piece = state.pieces.popFirst() {
                state.byteCount -= piece.count
                now = .success(piece)
            } else if let end = state.end {
                now = end.map { nil }.mapError { $0 }
            } else if Task.isCancelled {
                now = .failure(CancellationError())
            } else {
                state.waiter = waiter
            }
            let tells = state.tellsDemand && state.byteCount <= byteCountMax / 2
            if tells { state.tellsDemand = false }
            return (now, tells)
        }
        if let now { waiter.resume(with: now) }
        if tells { demand() }
    }
}
