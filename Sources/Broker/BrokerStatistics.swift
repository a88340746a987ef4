/// What the broker holds now and has had to do since it began.
package struct BrokerStatistics: Sendable, Equatable {
    package internal(set) var viewers = 0
    package internal(set) var subscriptions = 0
    package internal(set) var journals = 0
    package internal(set) var ringItems = 0
    package internal(set) var ringBytes = 0

    package internal(set) var eventsIngested = 0
    /// Frames made, each shared by everybody on its channel.
    package internal(set) var framesMade = 0
    package internal(set) var framesPulled = 0
    /// How often a subscription had to turn to the journal's pages.
    package internal(set) var behind = 0
    package internal(set) var replaceablesDropped = 0

    package init() {}
}
