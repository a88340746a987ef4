package import Model
internal import GRDB

// What a user has not seen: cards that have changed since he looked at them, or since he called all of them read.
extension Reader {
    /// The latest change first.
    package func unreadCards(of project: Project.ID, for user: User.ID, limit: Int) throws -> [Card.ID] {
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM cards WHERE projectId = ? AND \(Self.isUnread) ORDER BY updatedAt DESC LIMIT ?")
        let arguments: StatementArguments = [project.rawValue, try readUpTo(project, by: user), user.rawValue, limit]
        return try String.fetchAll(statement, arguments: arguments).map(Card.ID.init(trusted:))
    }

    /// What a card's list asks for besides: the moment, then the user.
    static let isUnread =
        "updatedAt >= ? AND version > ifnull((SELECT v.version FROM cardViews v WHERE v.userId = ? AND v.cardId = id), 0)"

    func readUpTo(_ project: Project.ID, by user: User.ID) throws -> Int {
        try integer(
            "SELECT viewedAt FROM projectViews WHERE userId = ? AND projectId = ?", [user.rawValue, project.rawValue])
            ?? -1
    }

    /// The version of a card that a user has seen.
    package func viewedVersion(of card: Card.ID, by user: User.ID) throws -> Int? {
        try integer("SELECT version FROM cardViews WHERE userId = ? AND cardId = ?", [user.rawValue, card.rawValue])
    }
}
