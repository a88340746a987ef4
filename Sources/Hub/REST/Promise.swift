import Synchronization

/// A value that will be there: whoever asks for it before waits.
package final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open([CheckedContinuation<Value, Never>])
        case kept(Value)
    }

    private let state: Mutex<State>

    package init() { state = Mutex(.open([])) }

    package init(_ value: Value) { state = Mutex(.kept(value)) }

    /// The first value counts.
    package func keep(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .open(let waiters) = state else { return [] }
            state = .kept(value)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    package func value() async -> Value {
        await withCheckedContinuation { waiter in
            let kept: Value? = state.withLock { state in
                switch state {
                case .kept(let value): return value
                case .open(let waiters):
                    state = .open(waiters + [waiter])
                    return nil
                }
            }
            if let kept { waiter.resume(returning: kept) }
        }
    }
}
