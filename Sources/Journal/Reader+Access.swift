package import Model
internal import Foundation
internal import GRDB

// Who may do what.
extension Reader {
    /// In the order of their making.
    package func users<Form: RowForm>(
        after cursor: User.ID? = nil, limit: Int? = nil, as form: Form.Type = Decoded<User>.self
    ) throws -> [Form.Output] where Form.Subject == User {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("id > ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    package func user(named name: String) throws -> User? {
        try first(Decoded<User>.self, "WHERE name = ?", [name])
    }

    package func userCount() throws -> Int { try integer("SELECT count(*) FROM users", []) ?? 0 }

    /// Those that could let others in.
    package func activeAdminCount() throws -> Int {
        try integer("SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'", []) ?? 0
    }

    /// In the order of their making.
    package func tokens<Form: RowForm>(
        of user: User.ID? = nil, after cursor: Token.ID? = nil, limit: Int? = nil,
        as form: Form.Type = Decoded<Token>.self
    ) throws -> [Form.Output] where Form.Subject == Token {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("userId = ?", user?.rawValue)
        selection.require("id > ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    package func tokenCount(of user: User.ID) throws -> Int {
        try integer("SELECT count(*) FROM tokens WHERE userId = ?", [user.rawValue]) ?? 0
    }

    /// Of all tokens there are.
    package func tokenHashes() throws -> [Token.ID: [UInt8]] {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT tokenId, hash FROM tokenHashes"))
        var hashes: [Token.ID: [UInt8]] = [:]
        while let row = try rows.next() { hashes[Token.ID(trusted: row[0])] = try row.bytes(at: 1) }
        return hashes
    }

    /// In the order of their making.
    package func members<Form: RowForm>(
        of project: Project.ID? = nil, after cursor: Member.ID? = nil, limit: Int? = nil,
        as form: Form.Type = Decoded<Member>.self
    ) throws -> [Form.Output] where Form.Subject == Member {
        var selection = Selection(orderedBy: "id", limit: limit)
        selection.require("projectId = ?", project?.rawValue)
        selection.require("id > ?", cursor?.rawValue)
        return try rows(form, selection)
    }

    /// What a user is a member of.
    package func members<Form: RowForm>(
        of user: User.ID, as form: Form.Type = Decoded<Member>.self
    ) throws -> [Form.Output] where Form.Subject == Member {
        try rows(form, "WHERE userId = ? ORDER BY id", [user.rawValue])
    }

    package func member(_ user: User.ID, of project: Project.ID) throws -> Member? {
        try first(Decoded<Member>.self, "WHERE projectId = ? AND userId = ?", [project.rawValue, user.rawValue])
    }

    package func memberCount(of project: Project.ID) throws -> Int {
        try integer("SELECT count(*) FROM members WHERE projectId = ?", [project.rawValue]) ?? 0
    }
}

extension Transaction {
    /// With the token's row, once.
    package func setHash(_ hash: [UInt8], of token: Token.ID) throws {
        try write(
            "INSERT INTO tokenHashes (tokenId, hash) VALUES (?, ?)", [token.rawValue, Data(hash)])
    }
}
