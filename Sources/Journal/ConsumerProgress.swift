package import Model

/// Where a consumer stands: everything up to the position has been looked at.
package struct ConsumerProgress: Sendable, Equatable {
    package var position: JournalPosition
    /// What its webhook's messages are signed with; empty without one. Never part of an entity: those are told.
    package let secret: [UInt8]

    package init(position: JournalPosition, secret: [UInt8]) {
        self.position = position
        self.secret = secret
    }
}
