import Engine
import Journal
import Model
import Wire

// Of a project: whoever may change the project. Of the hub: its administrators, and everybody may see and use them.
extension OperationTable {
    private static let exampleProfile: JSONValue = "pfl_01JD6Z5Z0A0000000000000000"

    static let profiles: [Operation] = [
        Operation(
            "profiles.list", .get("/api/profiles"),
            summary: "Lists the profiles of the hub, and those of a project before them, by name.",
            input: [.optional("project", .reference(Project.self), "Absent: those of the hub alone.")],
            output: .array(.profile, max: nil), ability: .meRead, example: ["project": "website"]
        ) { call in
            let project = try await call.profileProject(toChange: false)
            return try await call.read { reader in
                let own = try project.map { try reader.profiles(of: $0, as: Stored<Profile>.self) } ?? []
                let common = try reader.profiles(of: nil, as: Stored<Profile>.self)
                return .list(own + common, at: try reader.position(of: project.map { .project($0) } ?? .hub))
            }
        },
        Operation(
            "profiles.create", .post("/api/profiles"),
            summary: "Gives a way to set up an agent a name, by which runs are made.",
            input: [
                .optional("project", .reference(Project.self), "Absent: it is for all projects."),
                .required("name", .name), .required("provider", .providerName), .optional("options", .runOptions),
            ], output: .profile, success: .created, ability: .meRead, events: [.profileCreated],
            example: [
                "project": "website", "name": "careful", "provider": "claude-code",
                "options": ["permissionMode": "plan"],
            ]
        ) { call in
            let project = try await call.profileProject(toChange: true)
            return try .changed(
                await call.engine.createProfile(of: project, call.decode(CreateProfile.self), by: call.actor))
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
            ], output: .profile, ability: .meRead, events: [.profileUpdated],
            example: ["profile": exampleProfile, "name": "hasty"]
        ) { call in
            let profile = try await call.profile(toChange: true)
            return try .changed(
                await call.engine.updateProfile(profile.id, call.decode(UpdateProfile.self), by: call.actor))
        },
        Operation(
            "profiles.delete", .delete("/api/profiles/{profile}"), summary: "Forgets a profile.",
            input: [.subject(Profile.self), .version], success: .noContent, ability: .meRead,
            events: [.profileDeleted], example: ["profile": exampleProfile]
        ) { call in
            let profile = try await call.profile(toChange: true)
            return .removed(try await call.engine.deleteProfile(profile.id, version: call.version, by: call.actor))
        },
    ]
}

extension OperationCall {
    fileprivate func profileProject(toChange: Bool) async throws -> Project.ID? {
        let project = text("project") == nil ? nil : try await projectID()
        try require(project, toChange: toChange, hidden: HubError.notFound(.project, text("project") ?? ""))
        return project
    }

    fileprivate func profile(toChange: Bool) async throws -> Profile {
        let id: Profile.ID = try id()
        let profile = try await read { try $0.required(id) }
        try require(profile.projectId, toChange: toChange, hidden: HubError.notFound(.profile, id.rawValue))
        return profile
    }

    private func require(_ project: Project.ID?, toChange: Bool, hidden: HubError) throws {
        if let project {
            try caller.require(
                toChange ? .projectWrite : .projectRead, in: project, for: "profiles of a project", hidden: hidden)
        } else if toChange {
            try caller.require(.hubAdmin, for: "profiles of the hub")
        }
    }
}
