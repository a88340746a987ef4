import Dispatch
import Synchronization

/// Does what waits for a disk on a thread of its own: those of Swift's pool are as few as cores, and everything else waits
/// for them.
///
/// - Parameter work: is told to end by `isCancelled`, when the task is cancelled.
func blocking<Value: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
) async throws -> Value {
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { waiter in
            DispatchQueue.global().async { waiter.resume(with: Result { try work { flag.isSet } }) }
        }
    } onCancel: {
        flag.set()
    }
}

private final class CancellationFlag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock(\.self) }

    func set() { state.withLock { $0 = true } }
}
