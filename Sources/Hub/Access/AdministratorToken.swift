import Engine
package import Journal
import Model
import Wire

/// What lets an administrator in when no token is there that could.
package enum AdministratorToken {
    /// - Returns: the secret, which is known to nobody else.
    /// - Throws: `HubError`: see `AdministratorEntry`, and `.validationFailed` for a name that no user may have.
    package static func make(for user: String, named name: String, in journal: Journal) async throws -> String {
        let errors = Schema.object([.required("user", .userName), .required("name", .name)])
            .validate(["user": .string(user), "name": .string(name)])
        guard errors.isEmpty else { throw HubError.invalid(errors) }
        let secret = TokenSecret.make()
        _ = try await AdministratorEntry(journal).run(user, token: CreateToken(name: name), hash: secret.hash)
        return secret.text
    }
}
