package import Model

/// Somebody who watches a channel, however many of their connections do.
package struct Watcher: Sendable, Equatable {
    package let user: Actor
    /// Those that have gone a moment ago count until their time of grace is over.
    package let connections: Int
    /// JSON of the viewer's own making, as one of their connections said it last: a cursor, a selection. Opaque here.
    package let state: [UInt8]

    package init(user: Actor, connections: Int, state: [UInt8]) {
        self.user = user
        self.connections = connections
        self.state = state
    }
}

/// A presence state larger than the limit that it names.
package struct PresenceStateTooLarge: Error, Sendable, Equatable {
    package let presenceStateBytesMax: Int
    package init(presenceStateBytesMax: Int) { self.presenceStateBytesMax = presenceStateBytesMax }
}
