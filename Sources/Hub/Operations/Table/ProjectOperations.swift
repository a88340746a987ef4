import Engine
import Journal
import Model
import Wire

extension OperationTable {
    static let projects: [Operation] = [
        Operation(
            "projects.list", .get("/api/projects"), summary: "Lists projects in the order of their making.",
            input: [
                .optional("status", .choice(of: Project.Status.self)),
                .optional("organizationId", .id(Organization.self)), .cursor(of: Project.self), .limit(),
            ],
            output: .array(.project, max: nil), ability: .hubRead, example: ["status": "ready"]
        ) { call in
            let after = call.cursor(Project.self)
            return try await call.read { reader in
                let rows = try reader.projects(
                    among: call.caller.rights.readableProjects, of: call.optionalID("organizationId"),
                    status: call.choice("status"), after: after,
                    limit: call.limit + 1, as: Stored<Project>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .hub)) { $0.id.rawValue }
            }
        },
        Operation(
            "projects.create", .post("/api/projects"),
            summary:
                "Takes a git repository into the hub, with a board to begin with: one of this machine, or one that is cloned by the job `jobId`.",
            input: [
                .optional("path", .path, "Absolute path, inside one of the configured roots."),
                .optional(
                    "repositoryUrl", .repositoryAddress,
                    "Instead of `path`: `https`, `http`, `ssh`, `git`, `user@host:path`, or a folder inside the roots."),
                .optional("init", .boolean, "With `path`: make folder and repository when they are not there."),
                .optional("name", .name, "Absent: the folder's name, or the repository's."),
                .optional("slug", .slug, "Absent: made from the name."),
                .optional("defaultBranch", .branch, "Absent: the branch that is checked out, or the other side's."),
                .optional(
                    "organizationId", .id(Organization.self), "Whose it is, whose members see it. Absent: nobody's."),
                .optional(
                    "copyFiles", .copyFiles,
                    "What of its folder is copied into each new worktree though git has it not."),
                .optional("branchTemplate", .branch, Schema.branchTemplateHelp),
            ], output: .project, success: .created, ability: .projectCreate,
            events: [
                .projectCreated, .boardCreated, .columnCreated, .jobCreated, .jobProgress, .jobDone, .jobError,
                .projectUpdated,
            ],
            example: ["path": "/srv/git/website", "name": "Website"]
        ) { call in
            let input = try call.decode(CreateProject.self)
            if let organization = input.organizationId { try call.requireToChange(organization) }
            return try .changed(await call.engine.createProject(input, by: call.actor))
        },
        Operation(
            "projects.clone", .post("/api/projects/{project}/clone"),
            summary:
                "Clones a project again whose status is `error` or `archived`: a job. A repository that is there is kept and used.",
            input: [.subject(Project.self)], output: .job, success: .created, ability: .projectWrite,
            events: [.jobCreated, .projectUpdated, .jobProgress, .jobDone, .jobError], example: ["project": "website"]
        ) { call in
            try .changed(await call.engine.recloneProject(try await call.projectID(), by: call.actor))
        },
        Operation(
            "projects.pull", .post("/api/projects/{project}/pull"),
            summary:
                "Brings what the remote has of the default branch into the project's folder, where that only goes ahead and nothing there is uncommitted: a job.",
            input: [.subject(Project.self)], output: .job, success: .created, ability: .projectWrite,
            events: [.jobCreated, .jobProgress, .jobDone, .jobError], example: ["project": "website"]
        ) { call in
            try .changed(await call.engine.pullProject(try await call.projectID(), by: call.actor))
        },
        Operation(
            "projects.get", .get("/api/projects/{project}"), summary: "Shows a project.",
            input: [.subject(Project.self)],
            output: .project, ability: .projectRead, example: ["project": "website"]
        ) { call in
            try await call.read { reader in
                let project: Project = try reader.required(try reader.projectID(call.text("project") ?? ""))
                return try .entity(project, at: reader.position(of: project))
            }
        },
        Operation(
            "projects.update", .patch("/api/projects/{project}"), summary: "Changes a project's settings.",
            input: [
                .subject(Project.self), .optional("name", .name),
                .optional(
                    "organizationId", .nullable(.id(Organization.self)),
                    "Whose it is; null: nobody's. It needs `organization:write` in both that it leaves and it comes to."
                ),
                .optional("defaultBranch", .branch, "One that its repository has: where runs begin and land."),
                .optional("maxConcurrentRuns", .runLimit, "How many of its runs may be at work at once."),
                .optional("branchTemplate", .branch, Schema.branchTemplateHelp),
                .optional("copyFiles", .copyFiles, "In place of those that there are."),
                .optional("scripts", .scripts, "Those that are absent stay."),
                .optional("budget", .budget, "What all its runs may consume; without members: anything."),
                .optional("stall", .stallRule, "What is done about an agent that says nothing."), .version,
            ], output: .project, ability: .projectWrite, rateGroup: .settings, events: [.projectUpdated],
            example: ["project": "website", "maxConcurrentRuns": 2]
        ) { call in
            let (project, input) = (try await call.projectID(), try call.decode(UpdateProject.self))
            let leaves = call.isNull("organizationId")
            if leaves || input.organizationId != nil {
                let before = try await call.read { try $0.required(project).organizationId }
                for organization in [before, input.organizationId] where before != input.organizationId {
                    if let organization { try call.requireToChange(organization) }
                }
            }
            return try .changed(
                await call.engine.updateProject(project, input, leavesOrganization: leaves, by: call.actor))
        },
        Operation(
            "commands.list", .get("/api/projects/{project}/slash-commands"),
            summary:
                "Lists the stored slash commands, and those that the project's folder has for agents (200 at most), by name.",
            input: [.subject(Project.self)], output: .array(.slashCommand, max: nil), ability: .projectRead,
            example: ["project": "website"]
        ) { call in
            let commands = try await call.engine.slashCommands(of: try await call.projectID())
            return OperationAnswer(data: try WireJSON.encode(commands))
        },
        Operation(
            "projects.archive", .delete("/api/projects/{project}"),
            summary: "Closes a project. Its rows and the user's own folder stay; 409 while a run of it is at work.",
            input: [.subject(Project.self), .version], success: .noContent, ability: .projectWrite,
            events: [.projectArchived],
            example: ["project": "website"]
        ) { call in
            .removed(
                try await call.engine.archiveProject(
                    try await call.projectID(), version: call.version, by: call.actor))
        },
    ]
}

extension OperationCall {
    fileprivate func requireToChange(_ organization: Organization.ID) throws {
        try caller.require(
            .organizationWrite, in: organization, for: "an organization's projects",
            hidden: HubError.notFound(.organization, organization.rawValue))
    }
}
