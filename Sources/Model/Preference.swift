/// What a user keeps on the hub for his own clients: how a page is laid out, which keys do what. The hub does not look into it.
package struct Preference: Entity {
    package typealias ID = Identifier<Preference>
    package static let idPrefix = "prf"
    package static let kind = EntityKind.preference

    package let id: ID
    package let userId: User.ID
    /// nil: it is about the hub as a whole.
    package let projectId: Project.ID?
    package let key: String
    package var value: JSONValue
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    /// Before a card's identifier: what is kept under that goes with the card.
    package static let cardKeyPrefix = "panels:"

    /// Its user alone is told, not those who watch the project.
    package var journal: JournalKey { .hub }
    package var context: EventContext { EventContext(userId: userId) }

    package init(id: ID, of user: User.ID, project: Project.ID?, key: String, value: JSONValue, at now: Timestamp) {
        self.id = id
        userId = user
        projectId = project
        self.key = key
        self.value = value
        version = 1
        createdAt = now
        updatedAt = now
    }
}

extension Identifier<User> {
    /// Whoever uses a hub without users: what is his is filed under this.
    package static let local = Identifier(ULID(milliseconds: 0, randomHigh: 0, randomLow: 0))
}

extension Actor {
    /// The user whose own things are meant; nil for whoever is none.
    package var userId: User.ID? {
        guard type == .user, let id else { return nil }
        return self == .local ? .local : User.ID(id)
    }
}
