package import Model
internal import GRDB

extension Reader {
    /// In the order of their making.
    package func attachments<Form: RowForm>(
        of card: Card.ID, as form: Form.Type = Decoded<Attachment>.self
    ) throws -> [Form.Output] where Form.Subject == Attachment {
        try rows(form, "WHERE cardId = ? ORDER BY id", [card.rawValue])
    }

    package func attachmentCount(of card: Card.ID) throws -> Int {
        try integer("SELECT count(*) FROM attachments WHERE cardId = ?", [card.rawValue]) ?? 0
    }

    /// Of all there are: whose files are to be kept.
    package func attachmentIDs() throws -> Set<Attachment.ID> {
        let statement = try db.cachedStatement(sql: "SELECT id FROM attachments")
        return Set(try String.fetchAll(statement).map(Attachment.ID.init(trusted:)))
    }
}
