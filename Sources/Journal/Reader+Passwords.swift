package import Model
internal import Foundation
internal import GRDB

extension Reader {
    package func password(of user: User.ID) throws -> StoredPassword? {
        let statement = try db.cachedStatement(
            sql: "SELECT salt, cost, parallelization, hash FROM passwords WHERE userId = ?")
        guard let row = try Row.fetchOne(statement, arguments: [user.rawValue]) else { return nil }
        return StoredPassword(
            salt: try row.bytes(at: 0), cost: row[1], parallelization: row[2], hash: try row.bytes(at: 3))
    }

    /// By name, those first whose name begins with it; letters of ASCII have no case.
    package func users(like text: String, limit: Int) throws -> [User] {
        let escaped = text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
        return try rows(
            Decoded<User>.self,
            """
            WHERE name LIKE ?1 ESCAPE '!' AND status = 'active'
            ORDER BY name NOT LIKE ?2 ESCAPE '!', name LIMIT ?3
            """, ["%\(escaped)%", "\(escaped)%", limit])
    }
}

extension Transaction {
    package func setPassword(_ password: StoredPassword, of user: User.ID) throws {
        try wholly {
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO passwords (userId, salt, cost, parallelization, hash)
                    VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                user.rawValue, Data(password.salt), password.cost, password.parallelization, Data(password.hash),
            ])
        }
    }
}
