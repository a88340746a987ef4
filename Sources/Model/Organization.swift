/// Who share projects, secrets and profiles. A hub of one user has none.
package struct Organization: Entity {
    package typealias ID = Identifier<Organization>
    package static let idPrefix = "org"
    package static let kind = EntityKind.organization

    package let id: ID
    /// Need not be unique.
    package var name: String
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { .hub }
    package var context: EventContext { EventContext(organizationId: id) }

    package init(id: ID, name: String, at now: Timestamp) {
        self.id = id
        self.name = name
        version = 1
        createdAt = now
        updatedAt = now
    }
}
