import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let exampleMember: JSONValue = "mem_01JD6Z5Z0A0000000000000000"

    static let members: [Operation] = [
        Operation(
            "members.list", .get("/api/projects/{project}/members"),
            summary: "Lists a project's members in the order of their coming.",
            input: [.subject(Project.self), .cursor(of: Member.self), .limit()], output: .array(.member, max: nil),
            ability: .projectRead, example: ["project": "website"]
        ) { call in
            let after = call.cursor(Member.self)
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                let rows = try reader.members(
                    of: project, after: after, limit: call.limit + 1, as: Stored<Member>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .project(project))) { $0.id.rawValue }
            }
        },
        Operation(
            "members.create", .post("/api/projects/{project}/members"),
            summary: "Lets a user see a project, and do what his role in it allows.",
            input: [
                .subject(Project.self), .required("user", .userName, "The user's identifier, or its name."),
                .required("role", .choice(of: Member.Role.self)),
            ], output: .member, success: .created, ability: .memberWrite, rateGroup: .settings,
            events: [.memberCreated],
            example: ["project": "website", "user": "ada", "role": "editor"]
        ) { call in
            let (project, input) = (try await call.projectID(), try call.decode(CreateMember.self))
            try call.requireWithin(input.role.abilities, in: project)
            return try .changed(await call.engine.createMember(of: project, input, by: call.actor))
        },
        Operation(
            "members.get", .get("/api/members/{member}"), summary: "Shows a membership.",
            input: [.subject(Member.self)],
            output: .member, ability: .projectRead, example: ["member": exampleMember]
        ) { call in
            let id: Member.ID = try call.id()
            return try await call.read { reader in
                let member = try reader.required(id)
                return try .entity(member, at: reader.position(of: member))
            }
        },
        Operation(
            "members.update", .patch("/api/members/{member}"), summary: "Changes a member's role.",
            input: [.subject(Member.self), .optional("role", .choice(of: Member.Role.self)), .version],
            output: .member, ability: .memberWrite, rateGroup: .settings, events: [.memberUpdated],
            example: ["member": exampleMember, "role": "viewer"]
        ) { call in
            let (id, input): (Member.ID, _) = (try call.id(), try call.decode(UpdateMember.self))
            if let role = input.role {
                try call.requireWithin(role.abilities, in: try await call.read { try $0.required(id).projectId })
            }
            return try .changed(await call.engine.updateMember(id, input, by: call.actor))
        },
        Operation(
            "members.delete", .delete("/api/members/{member}"), summary: "Ends a membership, at once.",
            input: [.subject(Member.self), .version], success: .noContent, ability: .memberWrite, rateGroup: .settings,
            events: [.memberDeleted], example: ["member": exampleMember]
        ) { call in
            .removed(try await call.engine.deleteMember(call.id(), version: call.version, by: call.actor))
        },
    ]
}
