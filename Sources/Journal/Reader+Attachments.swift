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

    /// How many have that file.
    package func attachmentCount(ofFile name: String) throws -> Int {
        try integer("SELECT count(*) FROM attachments WHERE file = ?", [name]) ?? 0
    }

    /// Of all there are: which are to be kept.
    package func attachmentFiles() throws -> Set<String> {
        Set(try String.fetchAll(db.cachedStatement(sql: "SELECT DISTINCT file FROM attachments")))
    }
}
