/// What a user shows to be known by. The secret itself is kept nowhere, and its hash beside the row, so that neither is
/// ever told.
package struct Token: Entity {
    package typealias ID = Identifier<Token>
    package static let idPrefix = "tok"
    package static let kind = EntityKind.token

    package let id: ID
    package let userId: User.ID
    package var name: String
    /// What of its user's abilities it has; nil: all. Sorted.
    package var abilities: [Ability]?
    /// In which of its user's projects; nil: in all. Sorted.
    package var projects: [Project.ID]?
    package var expiresAt: Timestamp?
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { .hub }
    package var context: EventContext { EventContext(userId: userId) }

    package init(id: ID, userId: User.ID, name: String, at now: Timestamp) {
        self.id = id
        self.userId = userId
        self.name = name
        version = 1
        createdAt = now
        updatedAt = now
    }
}
