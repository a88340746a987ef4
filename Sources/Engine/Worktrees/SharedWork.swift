import Synchronization

/// Work that is done once for all who ask for it while it is under way. It ends early when all of them have gone.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let task: Task<Value, any Error>
        var callers: Int
    }

    private let entries = Mutex<[Key: Entry]>([:])

    func callerCount(of key: Key) -> Int { entries.withLock { $0[key]?.callers ?? 0 } }

    /// - Parameter key: says all that the value depends on and that callers know of.
    func value(for key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = entries.withLock { entries in
            var entry = entries[key] ?? Entry(task: Task { try await work() }, callers: 0)
            entry.callers += 1
            entries[key] = entry
            return entry.task
        }
        let isGone = Mutex(false)
        let leave: @Sendable () -> Void = { [entries] in
            guard
                isGone.withLock({ gone in
                    defer { gone = true }; return !gone
                })
            else { return }
            entries.withLock { entries in
                guard var entry = entries[key], entry.task == task else { return }
                entry.callers -= 1
                entries[key] = entry.callers == 0 ? nil : entry
                if entry.callers == 0 { task.cancel() }
            }
        }
        return try await withTaskCancellationHandler {
            defer { leave() }
            return try await task.value
        } onCancel: {
            leave()
        }
    }
}
