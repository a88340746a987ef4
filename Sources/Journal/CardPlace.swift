package import Model

/// Where a card stands in the order of lists (column, position, id): what the next page begins after.
package struct CardPlace: Sendable, Equatable, Codable {
    package var columnId: BoardColumn.ID
    package var position: Double
    package var id: Card.ID

    package init(columnId: BoardColumn.ID, position: Double, id: Card.ID) {
        self.columnId = columnId
        self.position = position
        self.id = id
    }

    package init(_ card: Card) {
        self.init(columnId: card.columnId, position: card.position, id: card.id)
    }
}
