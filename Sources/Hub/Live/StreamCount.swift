import Model
import Synchronization

/// How many event streams each user has open. On a hub without users nobody counts them.
final class StreamCount: Sendable {
    /// One of them, for as long as this lives or until it is given back.
    final class Place: Sendable {
        private let giveBack: Mutex<(@Sendable () -> Void)?>

        fileprivate init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = Mutex(giveBack) }

        /// A stream that nobody came to take is never closed, only forgotten.
        deinit { leave() }

        func leave() { giveBack.withLock { $0.take() }?() }
    }

    private let open = Mutex<[User.ID: Int]>([:])

    func count(of user: User.ID) -> Int { open.withLock { $0[user] ?? 0 } }

    /// - Returns: nil on a hub without users.
    /// - Throws: `HubError` `.rateLimited` when there are `countMax` already.
    func take(for caller: Caller, countMax: Int) throws(HubError) -> Place? {
        guard let user = caller.user else { return nil }
        let isFree = open.withLock { open in
            guard open[user.id, default: 0] < countMax else { return false }
            open[user.id, default: 0] += 1
            return true
        }
        guard isFree else {
            // It may end at any moment; a few seconds are as good a guess as any.
            throw HubError.limit(
                "eventStreamsPerUserMax", countMax, "user \(user.name) has as many event streams open as he may",
                code: .rateLimited, retryAfterSeconds: Self.retryAfterSeconds)
        }
        return Place { [self] in
            open.withLock { open in
                let left = (open[user.id] ?? 1) - 1
                open[user.id] = left == 0 ? nil : left
            }
        }
    }

    private static let retryAfterSeconds = 5
}
