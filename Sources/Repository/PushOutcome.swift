/// What a remote said to a push.
package enum PushOutcome: Sendable, Equatable {
    case pushed
    case upToDate
    /// In the remote's and git's own words.
    case rejected(String)
}
