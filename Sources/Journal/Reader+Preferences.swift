package import Model
internal import GRDB

extension Reader {
    /// By key.
    /// - Parameter project: nil: those about the hub as a whole.
    package func preferences<Form: RowForm>(
        of user: User.ID, in project: Project.ID?, as form: Form.Type = Decoded<Preference>.self
    ) throws -> [Form.Output] where Form.Subject == Preference {
        try rows(
            form, "WHERE userId = ? AND projectId = ? ORDER BY \"key\"", [user.rawValue, project?.rawValue ?? ""])
    }

    package func preference(_ key: String, of user: User.ID, in project: Project.ID?) throws -> Preference? {
        try first(
            Decoded<Preference>.self, "WHERE userId = ? AND projectId = ? AND \"key\" = ?",
            [user.rawValue, project?.rawValue ?? "", key])
    }

    /// Everybody's under a key.
    package func preferences(ofAllUnder key: String) throws -> [Preference] {
        try rows(Decoded<Preference>.self, "WHERE \"key\" = ? ORDER BY id", [key])
    }

    /// What is kept about cards, under `panels:crd_…`, that are not there any more.
    package func preferencesOfMissingCards(limit: Int) throws -> [Preference] {
        try rows(
            Decoded<Preference>.self,
            """
            WHERE "key" >= ? AND "key" < ? AND substr("key", ?) NOT IN (SELECT id FROM cards) ORDER BY "key" LIMIT ?
            """,
            [
                "\(Preference.cardKeyPrefix)\(Card.idPrefix)_", "\(Preference.cardKeyPrefix)\(Card.idPrefix)`",
                Preference.cardKeyPrefix.count + 1, limit,
            ])
    }

    package func preferenceCount(of user: User.ID) throws -> Int {
        try integer("SELECT count(*) FROM preferences WHERE userId = ?", [user.rawValue]) ?? 0
    }
}
