package import Model
internal import GRDB

/// Which conversations; nil is any.
package struct SessionFilter: Sendable {
    package var kind: Session.Kind?
    package var status: Session.Status?
    package var card: Card.ID?

    package init(kind: Session.Kind? = nil, status: Session.Status? = nil, card: Card.ID? = nil) {
        (self.kind, self.status, self.card) = (kind, status, card)
    }
}

extension Reader {
    /// The newest first.
    package func sessions<Form: RowForm>(
        of project: Project.ID, _ filter: SessionFilter = SessionFilter(), after last: Session.ID? = nil, limit: Int,
        as form: Form.Type = Decoded<Session>.self
    ) throws -> [Form.Output] where Form.Subject == Session {
        try rows(
            form,
            """
            WHERE projectId = ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR status = ?3)
                AND (?4 IS NULL OR cardId = ?4) AND (?5 IS NULL OR id < ?5)
            ORDER BY id DESC LIMIT ?6
            """,
            [
                project.rawValue, filter.kind?.rawValue, filter.status?.rawValue, filter.card?.rawValue, last?.rawValue,
                limit,
            ])
    }

    /// Of an export, in the order of their making.
    package func sessions<Form: RowForm>(
        of run: Run.ID, as form: Form.Type = Decoded<Session>.self
    ) throws -> [Form.Output] where Form.Subject == Session {
        try rows(form, "WHERE runId = ? ORDER BY id", [run.rawValue])
    }
}
