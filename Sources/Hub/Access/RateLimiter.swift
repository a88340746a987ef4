import Model
import Synchronization

/// Counts what each user asks for. Who has asked for nothing for a minute has full buckets, and is forgotten when there are
/// many.
final class RateLimiter: Sendable {
    private enum Key: Hashable {
        case user(User.ID, RateGroup)
        /// Also one that nobody has.
        case login(as: String)
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
        try take(.user(user.id, group), limit, "user \(user.name) asks for too much in a minute")
    }

    /// - Throws: `HubError` `.rateLimited`.
    func admitLogin(as name: String) throws(HubError) {
        try take(
            .login(as: name), ("loginsPerMinute", limits.loginsPerMinute), "this name's password is tried too often")
    }

    private func take(
        _ key: Key, _ limit: (name: String, perMinute: Int), _ what: String
    ) throws(HubError) {
        let now = clock.now()
        let retryAfterSeconds: Int? = buckets.withLock { buckets in
            if buckets.known.count >= buckets.sweepAt { Self.sweep(&buckets, at: now) }
            let new = TokenBucket(perSecond: Double(limit.perMinute) / 60, burst: limit.perMinute, at: now)
            return buckets.known[key, default: new].takeOne(at: now)
        }
        guard let retryAfterSeconds else { return }
        throw HubError.limit(
            limit.name, limit.perMinute, what, code: .rateLimited, retryAfterSeconds: retryAfterSeconds)
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
