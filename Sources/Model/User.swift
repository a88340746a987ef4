/// Somebody who uses the hub: a person, or a program of its own.
package struct User: Entity {
    package typealias ID = Identifier<User>
    package static let idPrefix = "usr"
    package static let kind = EntityKind.user

    package enum Role: String, Codable, Sendable, CaseIterable {
        case admin
        /// Sees the projects that it is a member of.
        case member
    }
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case person, bot
    }
    package enum Status: String, Codable, Sendable, CaseIterable {
        case active
        /// None of its tokens is good.
        case disabled
    }

    package let id: ID
    /// Unique on the hub, and never changed: events and memberships say it.
    package let name: String
    package let type: Kind
    package var role: Role
    package var status: Status
    /// Its password was made for it: whoever comes with it is to choose another.
    package var mustChangePassword: Bool?
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { .hub }
    package var context: EventContext { EventContext(userId: id) }
    package var actor: Actor {
        switch type {
        case .person: Actor(.user, id: id.rawValue, name: name)
        case .bot: Actor(.bot, id: id.rawValue, name: name)
        }
    }

    package init(id: ID, name: String, type: Kind, role: Role, at now: Timestamp) {
        self.id = id
        self.name = name
        self.type = type
        self.role = role
        status = .active
        version = 1
        createdAt = now
        updatedAt = now
    }
}
