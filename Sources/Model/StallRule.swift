/// What is done about an agent that is at work and says nothing.
package struct StallRule: Codable, Sendable, Equatable {
    package enum Action: String, Codable, Sendable, CaseIterable {
        case nothing
        /// People are told.
        case notify
        /// The agent is asked to go on, once; people are told as well.
        case nudge
        /// The run is stopped, and stays paused.
        case stop
    }
    /// Of silence.
    package var afterSeconds: Int
    package var action: Action

    package init(afterSeconds: Int, action: Action) {
        self.afterSeconds = afterSeconds
        self.action = action
    }
}
