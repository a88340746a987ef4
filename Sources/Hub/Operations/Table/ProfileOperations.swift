import Engine
import Journal
import Model
import Wire

// Of a project or an organization: whoever may change that. Of the hub: its administrators, and everybody may see and
// use them.
extension OperationTable {
    private static let exampleProfile: JSONValue = "pfl_01JD6Z5Z0A0000000000000000"

    static let profiles: [Operation] = [
        Operation(
            "profiles.list", .get("/api/profiles"),
            summary:
                "Lists the profiles of the hub, and before them those of a project and of its organization, by name.",
            input: [
                .optional("project", .reference(Project.self)),
                .optional("organizationId", .id(Organization.self), "Without `project`. Neither: those of the hub."),
            ],
            output: .array(.profile, max: nil), ability: .meRead, example: ["project": "website"]
        ) { call in
            let owner = try await call.profileOwner(toChange: false)
            return try await call.read { reader in
                let rows = try reader.profileOwners(from: owner).flatMap {
                    try reader.profiles(of: $0, as: Stored<Profile>.self)
                }
                return .list(rows, at: try reader.position(of: owner.journal))
            }
        },
        Operation(
            "profiles.create", .post("/api/profiles"),
            summary: "Gives a way to set up an agent a name, by which runs are made.",
            input: [
                .optional("project", .reference(Project.self)),
                .optional("organizationId", .id(Organization.self), "Without `project`. Neither: it is the hub's."),
                .required("name", .name), .required("provider", .providerName), .optional("options", .runOptions),
            ], output: .profile, success: .created, ability: .meRead, rateGroup: .settings, events: [.profileCreated],
            example: [
                "project": "website", "name": "careful", "provider": "claude-code",
                "options": ["permissionMode": "plan"],
            ]
        ) { call in
            let owner = try await call.profileOwner(toChange: true)
            return try .changed(
                await call.engine.createProfile(of: owner, call.decode(CreateProfile.self), by: call.actor))
        },
        Operation(
            "profiles.get", .get("/api/profiles/{profile}"), summary: "Shows a profile.",
            input: [.subject(Profile.self)], output: .profile, ability: .meRead, example: ["profile": exampleProfile]
        ) { call in
            let profile = try await call.profile(toChange: false)
            return try await call.read { try .entity(profile, at: $0.position(of: profile)) }
        },
        Operation(
            "profiles.update", .patch("/api/profiles/{profile}"),
            summary: "Changes a profile. Runs that were made with it stay as they are.",
            input: [
                .subject(Profile.self), .optional("name", .name), .optional("provider", .providerName),
                .optional("options", .runOptions, "All of them."), .version,
            ], output: .profile, ability: .meRead, rateGroup: .settings, events: [.profileUpdated],
            example: ["profile": exampleProfile, "name": "hasty"]
        ) { call in
            let profile = try await call.profile(toChange: true)
            return try .changed(
                await call.engine.updateProfile(profile.id, call.decode(UpdateProfile.self), by: call.actor))
        },
        Operation(
            "profiles.delete", .delete("/api/profiles/{profile}"), summary: "Forgets a profile.",
            input: [.subject(Profile.self), .version], success: .noContent, ability: .meRead, rateGroup: .settings,
            events: [.profileDeleted], example: ["profile": exampleProfile]
        ) { call in
            let profile = try await call.profile(toChange: true)
            return .removed(try await call.engine.deleteProfile(profile.id, version: call.version, by: call.actor))
        },
    ]
}

extension OperationCall {
    fileprivate func profileOwner(toChange: Bool) async throws -> ProfileOwner {
        if let text = text("organizationId") {
            guard self.text("project") == nil else {
                throw HubError.invalid("/organizationId", "is of no use beside /project")
            }
            let id: Organization.ID = try id("organizationId")
            try require(.organization(id), toChange: toChange, hidden: HubError.notFound(.organization, text))
            return .organization(try await read { try $0.required(id).id })
        }
        let owner = text("project") == nil ? ProfileOwner.hub : .project(try await projectID())
        try require(owner, toChange: toChange, hidden: HubError.notFound(.project, text("project") ?? ""))
        return owner
    }

    fileprivate func profile(toChange: Bool) async throws -> Profile {
        let id: Profile.ID = try id()
        let profile = try await read { try $0.required(id) }
        try require(profile.owner, toChange: toChange, hidden: HubError.notFound(.profile, id.rawValue))
        return profile
    }

    private func require(_ owner: ProfileOwner, toChange: Bool, hidden: HubError) throws {
        switch owner {
        case .project(let project):
            try caller.require(
                toChange ? .projectWrite : .projectRead, in: project, for: "profiles of a project", hidden: hidden)
        case .organization(let organization):
            try caller.require(
                toChange ? .organizationWrite : .organizationRead, in: organization,
                for: "profiles of an organization", hidden: hidden)
        case .hub: if toChange { try caller.require(.hubAdmin, for: "profiles of the hub") }
        }
    }
}

extension Reader {
    /// The nearest first: where a run looks for a profile.
    fileprivate func profileOwners(from owner: ProfileOwner) throws -> [ProfileOwner] {
        switch owner {
        case .project(let project):
            let organization = try required(project).organizationId
            return [owner, organization.map { .organization($0) }, .hub].compactMap(\.self)
        case .organization: return [owner, .hub]
        case .hub: return [.hub]
        }
    }
}
