import Journal
import Model
import Repository

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

extension RunContext {
    /// What opens GitHub's repositories for a project, in somebody's name: the nearest credential that is one.
    /// - Throws: `HubError` `.credentialUnusable`.
    func hostToken(project: Project.ID, actor: Actor, _ reader: Reader) throws -> HostToken? {
        let user = actor.id.flatMap { User.ID($0) }
        let organization = try reader.get(project)?.organizationId
        let owners: [CredentialOwner?] = [
            .project(project), organization.map { .organization($0) }, user.map { .user($0) }, .hub,
        ]
        return try hostToken(of: owners.compactMap(\.self), reader)
    }

    /// git for a project's remote, in somebody's name.
    func remoteGit(for project: Project.ID, by actor: Actor) async throws -> Git {
        git.inBackground.showing(try await journal.read { try hostToken(project: project, actor: actor, $0) })
    }

    func hostToken(of run: Run, _ reader: Reader) throws -> HostToken? {
        try hostToken(of: run.credentialOwners(in: try reader.required(run.projectId).organizationId), reader)
    }

    /// As GitHub's own programs name it (`gh help environment`).
    private static let hostTokenVariables = ["GH_TOKEN", "GITHUB_TOKEN"]

    private func hostToken(of owners: [CredentialOwner], _ reader: Reader) throws -> HostToken? {
        let box = SecretBox(in: settings.dataFolder)
        for owner in owners {
            let credentials = try reader.credentials(of: owner)
            for variable in Self.hostTokenVariables {
                guard let credential = credentials.first(where: { $0.variable == variable }),
                    let sealed = try reader.sealedValue(of: credential.id)
                else { continue }
                return HostToken(try box.open(sealed, for: credential))
            }
        }
        return nil
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
