/// What a client is led through, and what it is watched for.
enum ConformanceScenario: String, CaseIterable, Sendable {
    case plain
    case cut
    case lostAnswer = "lost-answer"
    case otherHistory = "other-history"
    case gap
    case noMoreAccess = "no-more-access"
    case duplicates
    case unknown
    case overloaded
    case goingAway = "going-away"
    case silence
    case backOff = "back-off"
    case turnedAway = "turned-away"

    /// What the client has to do, and the section of `protocol.md` that says so.
    var says: (section: String, rule: String) {
        switch self {
        case .plain: ("Subscribing", "a snapshot is the state, and each event after it is applied")
        case .cut: ("Subscribing", "after a lost connection it goes on after the last event that it was told")
        case .lostAnswer: ("Asking twice", "a call whose answer was lost is asked again with its key, and done once")
        case .otherHistory:
            (
                "Subscribing",
                "where its position is of another history, the snapshot replaces what it knew, and its user is told"
            )
        case .gap: ("Gaps", "after a gap it subscribes again without `after`, and its user is told")
        case .noMoreAccess: ("Gaps", "after `resubscribe: false` it does not subscribe again, and its user is told")
        case .duplicates: ("Duplicates and loss", "an event whose number it has passed is not applied again")
        case .unknown: ("Versions", "types, members and frames that it does not know do no harm")
        case .overloaded:
            ("Errors", "what is refused for the moment is asked again after `retryAfterSeconds`, with its key")
        case .goingAway: ("Coming back", "it does not come back before the time that `closing` asks for")
        case .silence: ("Close codes", "a connection that has gone silent is asked, given up, and replaced")
        case .backOff: ("Coming back", "it comes back, and no later than its back-off has it")
        case .turnedAway: ("Close codes", "after 4000 to 4099 it does not come back")
        }
    }

    /// It is over without the client's word.
    var endsUnreported: Bool { self == .turnedAway }

    /// How often the client's user has to hear that events are missing.
    var gapsMin: Int {
        switch self {
        case .otherHistory, .gap, .noMoreAccess: 1
        case .plain, .cut, .lostAnswer, .duplicates, .unknown, .overloaded, .goingAway, .silence, .backOff, .turnedAway:
            0
        }
    }

    /// How many subscriptions it takes until all has been told.
    var subscriptionsMin: Int {
        switch self {
        case .cut, .otherHistory, .gap, .goingAway, .silence: 2
        case .plain, .lostAnswer, .noMoreAccess, .duplicates, .unknown, .overloaded, .backOff, .turnedAway: 1
        }
    }
}
