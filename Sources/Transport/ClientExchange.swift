internal import Synchronization
internal import WebCodec

/// A request that is to be sent, and who waits for its answer. Whoever asked may give it up at any time and from any
/// thread; all else happens on the client's loop.
final class ClientExchange: Sendable {
    private struct State {
        /// Until the answer's head has come.
        var waiter: CheckedContinuation<ClientAnswer, any Error>?
        /// What carries it.
        var connection: UInt64?
        /// Nothing of it will be asked or told any more.
        var isOver = false
    }

    let request: ClientRequest
    /// Its head, and its body where that is known.
    let bytes: [UInt8]
    private let shard: Shard
    private let state = Mutex(State())

    init(_ request: ClientRequest, bytes: [UInt8], on shard: Shard) {
        self.request = request
        self.bytes = bytes
        self.shard = shard
    }

    var isRepeatable: Bool {
        switch request.body {
        case .bytes: request.isRepeatable
        case .stream: false
        }
    }

    // MARK: Who asked

    /// For the answer's head: once.
    func wait(_ waiter: CheckedContinuation<ClientAnswer, any Error>) {
        let isOver = state.withLock { state in
            if !state.isOver { state.waiter = waiter }
            return state.isOver
        }
        if isOver { waiter.resume(throwing: CancellationError()) }
    }

    /// Nothing more is wanted. Its connection ends, if the answer is not whole.
    func giveUp() {
        let (waiter, connection) = state.withLock { state in
            let connection = state.isOver ? nil : state.connection
            state.isOver = true
            return (state.waiter.take(), connection)
        }
        waiter?.resume(throwing: CancellationError())
        guard let connection else { return }
        shard.submit { [self] shard in
            guard let connection = shard.connection(connection) else { return }
            (connection.session as? ClientExchangeSession)?.giveUp(self, on: connection)
        }
    }

    // MARK: Who carries it

    /// - Returns: false when it has been given up.
    func begin(on connection: UInt64) -> Bool {
        state.withLock { state in
            state.connection = connection
            return !state.isOver
        }
    }

    func answer(_ result: Result<ClientAnswer, HTTPClientError>) {
        state.withLock { $0.waiter.take() }?.resume(with: result.mapError { $0 as any Error })
    }

    /// The answer is whole, or will never be.
    func end() { state.withLock { $0.isOver = true } }
}
