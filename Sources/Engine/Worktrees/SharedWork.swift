import Synchronization

/// Work that is done once for all who ask for it while it is under way. It ends early when all of them have gone.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let task: Task<Value, any Error>
        var nextCaller = 0
        var callers: Set<Int> = []
    }

    private let entries = Mutex<[Key: Entry]>([:])

    func callerCount(of key: Key) -> Int { entries.withLock { $0[key]?.callers.count ?? 0 } }

    /// - Parameter key: says all that the value depends on and that callers know of.
    func value(for key: Key, _ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let (task, caller) = entries.withLock { entries in
            var entry = entries[key] ?? Entry(task: Task { try await work() })
            defer { entries[key] = entry }
            entry.nextCaller += 1
            entry.callers.insert(entry.nextCaller)
            return (entry.task, entry.nextCaller)
        }
        return try await withTaskCancellationHandler {
            defer { leave(caller, key, task) }
            return try await task.value
        } onCancel: {
            leave(caller, key, task)
        }
    }

    /// Leaving twice is the same as once.
    private func leave(_ caller: Int, _ key: Key, _ task: Task<Value, any Error>) {
        entries.withLock { entries in
            guard var entry = entries[key], entry.task == task else { return }
            entry.callers.remove(caller)
            entries[key] = entry.callers.isEmpty ? nil : entry
            if entry.callers.isEmpty { task.cancel() }
        }
    }
}
