import Engine
import Model
import Wire

extension ServerSentEvent {
    /// Proxies cut what is silent for a minute.
    static let silence = Duration.seconds(15)
}

extension CommitBell.Listener {
    /// - Returns: false when nothing has happened for too long.
    func rings(within silence: Duration, _ clock: any TimeSource) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                await wait()
                return true
            }
            group.addTask {
                try await clock.sleep(for: silence)
                return false
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
