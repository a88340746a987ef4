/// A file that somebody has put beside a card. It never changes: other content is another attachment.
package struct Attachment: ProjectEntity {
    package typealias ID = Identifier<Attachment>
    package static let idPrefix = "att"
    package static let kind = EntityKind.attachment

    package let id: ID
    package let projectId: Project.ID
    package let cardId: Card.ID
    /// One path component, as the client named it.
    package let filename: String
    /// As the client named it, or where that says nothing or less than the bytes do, as these say: what it is served as is
    /// another question.
    package let contentType: String
    package let byteCount: Int
    /// Of its bytes; nil of one from before they were hashed.
    package let hash: ContentHash?
    /// Always 1.
    package let version: Int
    package let createdAt: Timestamp

    /// What its file is called among those of all attachments: equal bytes are one file. One from before files were hashed lies
    /// under the identifier.
    package var storedName: String { hash?.hexadecimal ?? id.rawValue }

    package var context: EventContext { EventContext(cardId: cardId) }

    package init(
        id: ID, projectId: Project.ID, cardId: Card.ID, filename: String, contentType: String, byteCount: Int,
        hash: ContentHash?, at now: Timestamp
    ) {
        self.id = id
        self.projectId = projectId
        self.cardId = cardId
        self.filename = filename
        self.contentType = contentType
        self.byteCount = byteCount
        self.hash = hash
        version = 1
        createdAt = now
    }
}
