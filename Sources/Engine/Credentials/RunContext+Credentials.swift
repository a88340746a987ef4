import Journal
import Model

extension RunContext {
    /// The secrets of a run by their variables: what is nearest to its work wins.
    /// - Throws: `HubError` `.credentialUnusable`.
    func secrets(of run: Run, _ reader: Reader) throws -> [String: String] {
        let box = SecretBox(in: settings.dataFolder)
        let organization = try reader.required(run.projectId).organizationId
        var secrets: [String: String] = [:]
        for owner in run.credentialOwners(in: organization) {
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
    /// - Parameter organization: its project's.
    func credentialOwners(in organization: Organization.ID?) -> [CredentialOwner] {
        let user = createdBy.flatMap { $0.id.flatMap { User.ID($0) } }
        return [
            cardId.map { .card($0, in: projectId) }, .project(projectId), organization.map { .organization($0) },
            user.map { .user($0) }, .hub,
        ].compactMap(\.self)
    }
}
