import Model

/// When the hub tries again by itself after a failure: a value, by the failure's class.
///
/// A used-up quota comes back by itself, and the provider may say when. Of the hub's own troubles most pass. What the agent,
/// its login or its task is wrong about would be wrong again.
struct RetryRule: Sendable, Equatable {
    /// After a quota is said to be there again: clocks differ, and so do those who said it.
    static let quotaSpareMs: Int64 = 30_000
    /// A provider that says a later moment is misread, or means a person to act: 8 days hold a weekly quota.
    static let quotaWaitMsMax: Int64 = 8 * 24 * 3_600_000

    /// The pauses before the first, second … try. After them it has failed.
    static func pausesMs(after failure: Run.FailureClass) -> [Int64] {
        switch failure {
        case .quota: [120_000, 600_000, 1_800_000, 7_200_000, 7_200_000, 7_200_000]
        case .platform: [5_000, 30_000, 120_000]
        case .agent, .auth, .user: []
        }
    }

    /// - Parameters:
    ///   - retries: how often it has been tried again already.
    ///   - spread: 0 up to 1: those that failed together do not come back together.
    /// - Returns: nil when it has failed for good.
    static func next(
        after failure: Run.Failure, retries: Int, at now: Timestamp, spread: Double
    ) -> (wait: Run.Wait, until: Timestamp)? {
        let pauses = pausesMs(after: failure.class)
        guard pauses.indices.contains(retries) else { return nil }
        let wait: Run.Wait = failure.class == .quota ? .quota : .retry
        // The agent's dialogue knows best; else the words may say it.
        if wait == .quota, let told = failure.until ?? QuotaReset.moment(in: failure.message, at: now), told > now {
            let most = now.adding(milliseconds: quotaWaitMsMax)
            return (wait, min(told.adding(milliseconds: quotaSpareMs), most))
        }
        let pause = pauses[retries]
        return (wait, now.adding(milliseconds: pause + Int64(Double(pause) * spread / 4)))
    }
}
