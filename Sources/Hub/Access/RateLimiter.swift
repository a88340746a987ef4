import Model
import Synchronization

/// Counts what each user asks for. Who has asked for nothing for a minute has full buckets, and is forgotten when there are
/// many.
final class RateLimiter: Sendable {
    private struct Key: Hashable {
        let user: User.ID
        let group: RateGroup
    }

    /// 4,096 buckets of some 100 bytes before the full ones are looked for; those that are not full stay, at most four for
    /// each of `usersMax` users.
    static let sweepCountMin = 4_096

    private let limits: RateLimits
    private let clock: any TimeSource
    private let buckets = Mutex<(known: [Key: TokenBucket], sweepAt: Int)>(([:], RateLimiter.sweepCountMin))

    init(_ limits: RateLimits, clock: any TimeSource) {
        self.limits = limits
        self.clock = clock
    }

    var count: Int { buckets.withLock { $0.known.count } }

    /// - Throws: `HubError` `.rateLimited`, with the limit's name and when to try again.
    func admit(_ caller: Caller, to group: RateGroup) throws(HubError) {
        guard let user = caller.user, let limit = limits.limit(of: group) else { return }
        let now = clock.now()
        let key = Key(user: user.id, group: group)
        let retryAfterSeconds: Int? = buckets.withLock { buckets in
            if buckets.known.count >= buckets.sweepAt { Self.sweep(&buckets, at: now) }
            let new = TokenBucket(perSecond: Double(limit.perMinute) / 60, burst: limit.perMinute, at: now)
            return buckets.known[key, default: new].takeOne(at: now)
        }
        guard let retryAfterSeconds else { return }
        throw HubError.limit(
            limit.name, limit.perMinute, "user \(user.name) asks for too much in a minute", code: .rateLimited,
            retryAfterSeconds: retryAfterSeconds)
    }

    private static func sweep(_ buckets: inout (known: [Key: TokenBucket], sweepAt: Int), at now: Timestamp) {
        buckets.known = buckets.known.filter { _, bucket in
            var bucket = bucket
            return !bucket.isFull(at: now)
        }
        // So that a sweep comes once for as many new ones as it looks at.
        buckets.sweepAt = max(sweepCountMin, 2 * buckets.known.count)
    }
}

extension TokenBucket {
    /// - Returns: nil when it was there, otherwise in how many seconds one will be.
    fileprivate mutating func takeOne(at now: Timestamp) -> Int? {
        take(1, at: now) ? nil : secondsUntilNext(at: now)
    }
}
