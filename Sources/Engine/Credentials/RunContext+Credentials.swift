import Journal
import Model

extension RunContext {
    /// The secrets of a run by their variables: what is nearest to its work wins. An organization's have no place yet.
    /// - Throws: `HubError` `.credentialUnusable`.
    func secrets(of run: Run, _ reader: Reader) throws -> [String: String] {
        let box = SecretBox(in: settings.dataFolder)
        var secrets: [String: String] = [:]
        for owner in run.credentialOwners {
            for credential in try reader.credentials(of: owner) where secrets[credential.variable] == nil {
                guard let sealed = try reader.sealedValue(of: credential.id) else { continue }
                secrets[credential.variable] = try box.open(sealed, for: credential)
            }
        }
        return secrets
    }
}

extension Run {
    /// The nearest first.
    var credentialOwners: [CredentialOwner] {
        let user = createdBy.flatMap { $0.id.flatMap { User.ID($0) } }
        return [cardId.map { .card($0, in: projectId) }, .project(projectId), user.map { .user($0) }, .hub].compactMap(
            \.self)
    }
}
