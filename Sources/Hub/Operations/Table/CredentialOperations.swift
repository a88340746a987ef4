import Engine
import Journal
import Model
import Wire

// Whose a credential is decides who may do what with it, which no one ability says: of a project or a card, whoever may
// change the project; of an organization, whoever may change that; of a user, he himself; of the hub, its administrators.
extension OperationTable {
    private static let exampleCredential: JSONValue = "key_01JD6Z5Z0A0000000000000000"
    private static let owner: [Schema.Field] = [
        .required("scope", .choice(of: Credential.Scope.self), "`user` is oneself."),
        .optional("project", .reference(Project.self), "`project` only."),
        .optional("cardId", .id(Card.self), "`card` only."),
        .optional("organizationId", .id(Organization.self), "`organization` only."),
    ]

    static let credentials: [Operation] = [
        Operation(
            "credentials.list", .get("/api/credentials"),
            summary:
                "Lists the secrets of a card, a project, an organization, oneself or the hub by their variables, without their values.",
            input: owner, output: .array(.credential, max: nil), ability: .meRead,
            example: ["scope": "project", "project": "website"]
        ) { call in
            let owner = try await call.credentialOwner(toChange: false)
            return try await call.read { reader in
                .list(try reader.credentials(of: owner, as: Stored<Credential>.self), at: try reader.position(of: .hub))
            }
        },
        Operation(
            "credentials.create", .post("/api/credentials"),
            summary:
                "Keeps a secret, sealed. Runs get it by their environment; of several with one variable, that of the card, the project, its organization, the run's maker, the hub.",
            input: owner + [
                .required("variable", .variable), .required("value", .secret, "Is never told again."),
                .optional("name", .name, "What it is for."),
            ], output: .credential, success: .created, ability: .meRead, rateGroup: .settings,
            events: [.credentialCreated],
            example: ["scope": "project", "project": "website", "variable": "NPM_TOKEN", "value": "npm_0123456789"]
        ) { call in
            let owner = try await call.credentialOwner(toChange: true)
            return try .changed(
                await call.engine.createCredential(of: owner, call.decode(CreateCredential.self), by: call.actor))
        },
        Operation(
            "credentials.get", .get("/api/credentials/{credential}"), summary: "Shows a secret without its value.",
            input: [.subject(Credential.self)], output: .credential, ability: .meRead,
            example: ["credential": exampleCredential]
        ) { call in
            let credential = try await call.credential(toChange: false)
            return try await call.read { try .entity(credential, at: $0.position(of: credential)) }
        },
        Operation(
            "credentials.update", .patch("/api/credentials/{credential}"),
            summary: "Gives a secret another value, or name.",
            input: [
                .subject(Credential.self), .optional("value", .secret), .optional("name", .name), .version,
            ], output: .credential, ability: .meRead, rateGroup: .settings, events: [.credentialUpdated],
            example: ["credential": exampleCredential, "value": "npm_9876543210"]
        ) { call in
            let credential = try await call.credential(toChange: true)
            return try .changed(
                await call.engine.updateCredential(credential.id, call.decode(UpdateCredential.self), by: call.actor))
        },
        Operation(
            "credentials.delete", .delete("/api/credentials/{credential}"),
            summary: "Forgets a secret. What runs with it goes on with it.",
            input: [.subject(Credential.self), .version],
            success: .noContent, ability: .meRead, rateGroup: .settings, events: [.credentialDeleted],
            example: ["credential": exampleCredential]
        ) { call in
            let credential = try await call.credential(toChange: true)
            return .removed(
                try await call.engine.deleteCredential(credential.id, version: call.version, by: call.actor))
        },
    ]
}

extension OperationCall {
    /// Whose credentials the call is about, when he may see them, or change them.
    fileprivate func credentialOwner(toChange: Bool) async throws -> CredentialOwner {
        let owner: CredentialOwner
        switch choice("scope") as Credential.Scope? {
        case .card?:
            let id: Card.ID = try id("cardId")
            owner = .card(id, in: try await read { try $0.required(id).projectId })
        case .project?:
            guard text("project") != nil else { throw HubError.invalid("/project", "is missing") }
            owner = .project(try await projectID())
        case .organization?:
            let id: Organization.ID = try id("organizationId")
            try require(.organization(id), toChange: toChange, hidden: HubError.notFound(.organization, id.rawValue))
            return .organization(try await read { try $0.required(id).id })
        case .user?:
            guard let user = caller.user else {
                throw HubError.invalid("/scope", "`user` is for users, of which this hub has none yet, or who is none")
            }
            owner = .user(user.id)
        case .hub?: owner = .hub
        case nil: throw HubError.invalid("/scope", "is missing")
        }
        try require(owner, toChange: toChange, hidden: HubError.notFound(.project, text("project") ?? ""))
        return owner
    }

    fileprivate func credential(toChange: Bool) async throws -> Credential {
        let id: Credential.ID = try id()
        let credential = try await read { try $0.required(id) }
        try require(credential.owner, toChange: toChange, hidden: HubError.notFound(.credential, id.rawValue))
        return credential
    }

    private func require(_ owner: CredentialOwner, toChange: Bool, hidden: HubError) throws {
        let what = "credentials of a \(owner.scope.rawValue)"
        switch owner {
        case .card(_, let project), .project(let project):
            try caller.require(toChange ? .projectWrite : .projectRead, in: project, for: what, hidden: hidden)
        case .organization(let organization):
            try caller.require(
                toChange ? .organizationWrite : .organizationRead, in: organization, for: what, hidden: hidden)
        case .user(let user):
            guard user == caller.user?.id else { throw caller.hidden(hidden) }
            guard toChange else { return }
            try caller.require(.tokenWrite, for: what)
            // They are in the environment of all that runs for the user, and lead where they say.
            try requireWholeToken(for: "changing \(what)")
        case .hub: try caller.require(.hubAdmin, for: what)
        }
    }
}

extension Credential {
    fileprivate var owner: CredentialOwner {
        switch (cardId, projectId, organizationId, userId) {
        case (let card?, let project?, _, _): .card(card, in: project)
        case (nil, let project?, _, _): .project(project)
        case (_, nil, let organization?, _): .organization(organization)
        case (_, nil, nil, let user?): .user(user)
        case (_, nil, nil, nil): .hub
        }
    }
}
