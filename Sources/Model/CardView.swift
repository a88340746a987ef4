/// What a user has seen last of a card, or of all cards of a project. There is no row of it that others see.
package struct CardView: Codable, Sendable, Equatable {
    /// Made of the card's or project's: the newest takes the place of the one before.
    package let id: String
    package let projectId: Project.ID
    /// nil: all that are there.
    package let cardId: Card.ID?
    /// The card's, which he saw.
    package let version: Int?
    package let viewedAt: Timestamp

    /// - Parameter id: `StateKind.view` makes it.
    package init(id: String, projectId: Project.ID, cardId: Card.ID?, version: Int?, viewedAt: Timestamp) {
        self.id = id
        self.projectId = projectId
        self.cardId = cardId
        self.version = version
        self.viewedAt = viewedAt
    }
}
