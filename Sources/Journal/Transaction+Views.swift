package import Model
internal import GRDB

extension Transaction {
    /// A user has seen a card as it is in this version; he is told, so that his other clients know.
    package func noteView(of card: Card, version: Int, by user: User.ID) throws {
        guard version > (try viewedVersion(of: card.id, by: user) ?? 0) else { return }
        try setViewed(card.id, version, by: user)
        try tell(
            CardView(
                id: StateKind.view.id(of: card.id), projectId: card.projectId, cardId: card.id, version: version,
                viewedAt: now),
            to: user, about: card.id)
    }

    /// A user calls all cards of a project read as they are.
    package func noteView(of project: Project.ID, by user: User.ID) throws {
        try write(
            """
            INSERT INTO projectViews (userId, projectId, viewedAt) VALUES (?, ?, ?)
            ON CONFLICT (userId, projectId) DO UPDATE SET viewedAt = excluded.viewedAt
            """, [user.rawValue, project.rawValue, now.millisecondsSince1970])
        // The moment says it all, but of what has changed within it: that may change once more.
        let moment: StatementArguments = [user.rawValue, project.rawValue, now.millisecondsSince1970]
        try write(
            """
            DELETE FROM cardViews
            WHERE userId = ? AND cardId IN (SELECT id FROM cards WHERE projectId = ? AND updatedAt < ?)
            """, moment)
        try write(
            """
            INSERT OR REPLACE INTO cardViews (userId, cardId, version)
            SELECT ?, id, version FROM cards WHERE projectId = ? AND updatedAt >= ?
            """, moment)
        try tell(
            CardView(
                id: StateKind.view.id(of: project), projectId: project, cardId: nil, version: nil, viewedAt: now),
            to: user, about: nil)
    }

    /// Whoever changes a card has seen it.
    func noteOwnView(of card: Card, by user: User.ID) throws { try setViewed(card.id, card.version, by: user) }

    private func setViewed(_ card: Card.ID, _ version: Int, by user: User.ID) throws {
        try write(
            """
            INSERT INTO cardViews (userId, cardId, version) VALUES (?, ?, ?)
            ON CONFLICT (userId, cardId) DO UPDATE SET version = excluded.version
            """, [user.rawValue, card.rawValue, version])
    }

    /// It stands in the hub's journal, where each user sees what concerns him: not in the project's, which all who watch it
    /// would have to be sent.
    private func tell(_ view: CardView, to user: User.ID, about card: Card.ID?) throws {
        try wholly {
            try tell(
                in: .hub, .cardViewed, project: nil, context: EventContext(cardId: card, userId: user),
                severity: .info, data: coding.encode(view))
        }
    }
}
