/// A layout that boards can begin with, kept by the hub.
package struct Template: Entity {
    package typealias ID = Identifier<Template>
    package static let idPrefix = "tpl"
    package static let kind = EntityKind.template

    package struct Column: Codable, Sendable, Equatable {
        package var name: String
        package var type: BoardColumn.Kind
        package var prompt: String?
        package var wipLimit: Int?

        package init(name: String, type: BoardColumn.Kind, prompt: String? = nil, wipLimit: Int? = nil) {
            self.name = name
            self.type = type
            self.prompt = prompt
            self.wipLimit = wipLimit
        }
    }

    package let id: ID
    /// Unique.
    package var name: String
    package var columns: [Column]
    package var version: Int
    package let createdAt: Timestamp
    package var updatedAt: Timestamp

    package var journal: JournalKey { .hub }
    package var context: EventContext { EventContext() }

    package init(id: ID, name: String, columns: [Column], at now: Timestamp) {
        self.id = id
        self.name = name
        self.columns = columns
        version = 1
        createdAt = now
        updatedAt = now
    }
}
