/// What a user may ask for in a minute, with all his tokens and by all doors together, and all of it at once. On a hub
/// without users there are no such limits.
package struct RateLimits: Sendable {
    /// A person looks at some pages a minute, each of which asks for five or ten things.
    package var readsPerMinute = 600
    /// One a second: what a person does, and a patient program.
    package var changesPerMinute = 60
    /// What puts an agent to work costs minutes and money.
    package var startsPerMinute = 6
    /// Who does what with which secrets is changed by hand.
    package var settingsPerMinute = 20

    /// Tries of a name's password, whoever makes them: 14,400 a day, of which none finds one that is not among the
    /// commonest. They are counted on every hub with users.
    package var loginsPerMinute = 10

    package init() {}

    /// - Returns: nil for what is not counted.
    func limit(of group: RateGroup) -> (name: String, perMinute: Int)? {
        switch group {
        case .open: nil
        case .reading: ("readsPerMinute", readsPerMinute)
        case .standard: ("changesPerMinute", changesPerMinute)
        case .starting: ("startsPerMinute", startsPerMinute)
        case .settings: ("settingsPerMinute", settingsPerMinute)
        }
    }
}
