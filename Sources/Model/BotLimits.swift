/// What bots that claim runs may cost the hub, and how long a claim is theirs.
package enum BotLimits {
    /// 30 s: longer than a bot's restart, short enough that a run that lost its bot is seen soon.
    package static let leaseDefaultMs = 30_000
    /// 1 s to 10 min: less is lost by a slow network, more is no lease.
    package static let leaseMs = 1_000...600_000
    /// 60 s, as consumers wait.
    package static let claimWaitMsMax = ConsumerLimits.pullWaitMsMax
    /// 60 s for a run that was given to a bot to get its worktree and its setup script, beyond the time that the bot waits.
    package static let preparationMsMax = 60_000
    /// 500 things of one report: a unit of work of some 25 ms.
    package static let itemsPerReportMax = 500
    /// 256 entries with a key of their own that may still change; of further ones the oldest stay as they are.
    package static let keysMax = 256
    /// A bot's own name of an entry or a question.
    package static let keyCharactersMax = 200
}
