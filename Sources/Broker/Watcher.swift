package import Model

/// Somebody who watches a channel, by one of their connections.
package struct Watcher: Sendable, Equatable {
    package let connectionId: String
    package let user: Actor
    /// JSON of the viewer's own making: a cursor, a selection. Opaque here.
    package var state: [UInt8]

    package init(connectionId: String, user: Actor, state: [UInt8]) {
        self.connectionId = connectionId
        self.user = user
        self.state = state
    }
}

/// A presence state larger than the limit that it names.
package struct PresenceStateTooLarge: Error, Sendable, Equatable {
    package let presenceStateBytesMax: Int
    package init(presenceStateBytesMax: Int) { self.presenceStateBytesMax = presenceStateBytesMax }
}
