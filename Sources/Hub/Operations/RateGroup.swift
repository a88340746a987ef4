/// Operations that share one allowance of calls (`RateLimits`).
package enum RateGroup: String, Sendable, CaseIterable {
    /// Not counted: probes, and what programs have to say for as long as they are at work. A socket's own
    /// `messagesPerSecond` holds for them.
    case open
    /// Whatever changes nothing; and what a page says by itself while one reads and writes: what was seen, drafts, layouts.
    case reading
    case standard
    /// Whatever puts an agent to work.
    case starting
    /// Who may do what, with which secrets, and by which rules.
    case settings
}
