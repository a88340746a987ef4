/// Operations that share one allowance of calls.
package enum RateGroup: String, Sendable, CaseIterable {
    /// Not counted.
    case open
    case standard
    /// Whatever puts an agent to work.
    case starting
}
