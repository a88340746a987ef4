package import Model
internal import Foundation
internal import GRDB

extension Reader {
    /// By their variables' names.
    package func credentials<Form: RowForm>(
        of owner: CredentialOwner, as form: Form.Type = Decoded<Credential>.self
    ) throws -> [Form.Output] where Form.Subject == Credential {
        try rows(form, "WHERE scope = ? AND owner = ? ORDER BY variable", [owner.scope.rawValue, owner.key])
    }

    /// What was sealed of a credential.
    package func sealedValue(of id: Credential.ID) throws -> [UInt8]? {
        let statement = try db.cachedStatement(sql: "SELECT sealed FROM credentialValues WHERE credentialId = ?")
        return try Row.fetchOne(statement, arguments: [id.rawValue])?.bytes(at: 0)
    }
}

extension Transaction {
    package func setSealedValue(_ sealed: [UInt8], of id: Credential.ID) throws {
        try wholly {
            try db.cachedStatement(
                sql: """
                    INSERT INTO credentialValues (credentialId, sealed) VALUES (?, ?)
                    ON CONFLICT (credentialId) DO UPDATE SET sealed = excluded.sealed
                    """
            ).execute(arguments: [id.rawValue, Data(sealed)])
        }
    }
}
