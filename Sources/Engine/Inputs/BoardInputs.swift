package import Model

package struct CreateBoard: Codable, Sendable {
    package var name: String
    /// At most one of these three; without them it is the first template.
    package var columns: [CreateColumn]?
    package var template: String?
    /// A board of the same project, whose columns it gets.
    package var copyOf: Board.ID?

    package init(
        name: String, columns: [CreateColumn]? = nil, template: String? = nil, copyOf: Board.ID? = nil
    ) {
        self.template = template
        self.copyOf = copyOf
        self.name = name
        self.columns = columns
    }
}

package struct UpdateBoard: Codable, Sendable {
    package var name: String?
    package var version: Int?
}

package typealias CreateColumn = Template.Column

package struct CreateTemplate: Codable, Sendable {
    package var name: String
    package var columns: [CreateColumn]

    package init(name: String, columns: [CreateColumn]) {
        self.name = name
        self.columns = columns
    }
}

package struct UpdateTemplate: Codable, Sendable {
    package var name: String?
    /// All of them.
    package var columns: [CreateColumn]?
    package var version: Int?
}

package struct UpdateColumn: Codable, Sendable {
    package var name: String?
    package var type: BoardColumn.Kind?
    package var prompt: String?
    package var wipLimit: Int?
    /// `wipLimit` was null.
    package var removesWipLimit: Bool?
    package var version: Int?
}

package struct CleanBoard: Codable, Sendable {
    package enum Action: String, Codable, Sendable, CaseIterable {
        case archive, delete
    }
    package var action: Action
    /// Only those that have not been changed since.
    package var before: Timestamp?
    package var preview: Bool?
    /// All cards of this column, whatever their status; nil: those of the board that are over.
    package var columnId: BoardColumn.ID?

    package init(
        action: Action, before: Timestamp? = nil, preview: Bool? = nil, columnId: BoardColumn.ID? = nil
    ) {
        self.columnId = columnId
        self.action = action
        self.before = before
        self.preview = preview
    }
}
