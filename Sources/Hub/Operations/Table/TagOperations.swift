import Engine
import Journal
import Model
import Wire

// Of a project: whoever may change the project. Of the hub: its administrators, and everybody may see and use them.
extension OperationTable {
    private static let exampleTag: JSONValue = "tag_01JD6Z5Z0A0000000000000000"
    private static let description = nonEmptyLineOrNone

    private static let nonEmptyLineOrNone = Schema.text(.characters(Limits.titleCharactersMax, "titleCharactersMax"))

    static let tags: [Operation] = [
        Operation(
            "tags.list", .get("/api/tags"),
            summary: "Lists words that are used again: those of a project, then those of the hub, by type and name.",
            input: [
                .optional("project", .reference(Project.self), "Absent: those of the hub alone."),
                .optional("type", .choice(of: Tag.Purpose.self)),
                .optional("q", .name, "Only those whose name, description or content has it, in upper or lower case."),
            ], output: .array(.tag, max: nil), ability: .meRead, example: ["project": "website", "q": "style"]
        ) { call in
            let project = try await call.ownerProject(of: "tags", toChange: false)
            let type: Tag.Purpose? = call.choice("type")
            return try await call.read { reader in
                let own = try project.map { try reader.tags(of: $0, type: type) } ?? []
                let tags = own + (try reader.tags(of: nil, type: type))
                let wanted = call.text("q").map { q in tags.filter { $0.has(q.lowercased()) } } ?? tags
                return OperationAnswer(
                    data: try WireJSON.encode(wanted),
                    position: try reader.position(of: project.map { .project($0) } ?? .hub))
            }
        },
        Operation(
            "tags.create", .post("/api/tags"),
            summary: "Keeps words under a name: a snippet that `@name` stands for, or a prompt that `/name` begins.",
            input: [
                .optional("project", .reference(Project.self), "Absent: it is for all projects."),
                .required("type", .choice(of: Tag.Purpose.self)), .required("name", .tagName),
                .optional("description", description),
                .required(
                    "content", .message,
                    "Of a command: `$ARGUMENTS`, `$1` and so on are what is said behind its name, `@path` is a file or a snippet."
                ),
            ], output: .tag, success: .created, ability: .meRead, events: [.tagCreated],
            example: [
                "project": "website", "type": "command", "name": "review",
                "content": "Review $1 by the rules in @REVIEW.md.",
            ]
        ) { call in
            let project = try await call.ownerProject(of: "tags", toChange: true)
            return try .changed(await call.engine.createTag(of: project, call.decode(CreateTag.self), by: call.actor))
        },
        Operation(
            "tags.get", .get("/api/tags/{tag}"), summary: "Shows a tag.", input: [.subject(Tag.self)], output: .tag,
            ability: .meRead, example: ["tag": exampleTag]
        ) { call in
            let tag = try await call.tag(toChange: false)
            return try await call.read { try .entity(tag, at: $0.position(of: tag)) }
        },
        Operation(
            "tags.update", .patch("/api/tags/{tag}"), summary: "Changes a tag; prompts that it was put into stay.",
            input: [
                .subject(Tag.self), .optional("name", .tagName), .optional("description", description, "Empty: none."),
                .optional("content", .message), .version,
            ], output: .tag, ability: .meRead, events: [.tagUpdated], example: ["tag": exampleTag, "name": "critique"]
        ) { call in
            let tag = try await call.tag(toChange: true)
            return try .changed(await call.engine.updateTag(tag.id, call.decode(UpdateTag.self), by: call.actor))
        },
        Operation(
            "tags.delete", .delete("/api/tags/{tag}"), summary: "Forgets a tag.",
            input: [.subject(Tag.self), .version], success: .noContent, ability: .meRead, events: [.tagDeleted],
            example: ["tag": exampleTag]
        ) { call in
            let tag = try await call.tag(toChange: true)
            return .removed(try await call.engine.deleteTag(tag.id, version: call.version, by: call.actor))
        },
        Operation(
            "commands.expand", .post("/api/projects/{project}/expand"),
            summary:
                "Says what a prompt means: with the stored command that it begins with, and the snippets that it names.",
            input: [
                .subject(Project.self), .required("text", .message),
                .optional(
                    "runId", .id(Run.self), "Whose worktree a command's files are in; absent: the project's folder."),
            ], output: .expandedPrompt, ability: .projectRead, rateGroup: .reading,
            example: ["project": "website", "text": "/review Sources/main.swift"]
        ) { call in
            let expanded = try await call.engine.expand(
                call.text("text") ?? "", in: try await call.projectID(), run: call.optionalID("runId"))
            return OperationAnswer(data: try WireJSON.encode(expanded))
        },
    ]
}

extension OperationCall {
    fileprivate func tag(toChange: Bool) async throws -> Tag {
        let id: Tag.ID = try id()
        let tag = try await read { try $0.required(id) }
        try requireOwner(tag.projectId, of: "tags", toChange: toChange, hidden: HubError.notFound(.tag, id.rawValue))
        return tag
    }
}

extension Tag {
    fileprivate func has(_ lowercased: String) -> Bool {
        [name, description ?? "", content].contains { $0.lowercased().contains(lowercased) }
    }
}
