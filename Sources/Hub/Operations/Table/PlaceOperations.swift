import Engine
import Model
import Wire

// Branches, history and changes of projects' own folders, and ways from the hub's things to places on its machine and back.
extension OperationTable {
    static let places: [Operation] = [
        Operation(
            "projects.branches", .get("/api/projects/{project}/branches"),
            summary: "Lists local and remote branches, those with the newest commits first.",
            input: [
                .subject(Project.self),
                .optional(
                    "q", .text(.characters(Limits.searchCharactersMax, "searchCharactersMax")), "What their name holds."
                ),
                .limit(),
            ], output: .array(.projectBranch, max: nil), ability: .projectRead,
            example: ["project": "website", "q": "release"]
        ) { call in
            let branches = try await call.engine.branches(
                of: call.projectID(), matching: call.text("q") ?? "", countMax: call.limit)
            return OperationAnswer(data: try WireJSON.encode(branches))
        },
        Operation(
            "projects.commits", .get("/api/projects/{project}/commits"),
            summary: "Lists the history of a project's repository, the newest commits first.",
            input: [
                .subject(Project.self),
                .optional("branch", .branch, "Or any commit. Absent: what the project's own folder is at."),
                .optional("path", .filePath, "Only what changed this file, or something in this folder."),
                .optional("q", query, "What their message holds, in any case of letters."),
                CommitCursor.field, .limit(),
            ], output: .array(.runCommit, max: nil), ability: .projectRead,
            example: ["project": "website", "branch": "main", "path": "Sources", "limit": 20]
        ) { call in
            let query = try call.decode(LogQuery.self)
            return try await call.commitPage { head, skipped, countMax in
                try await call.engine.log(
                    of: call.projectID(), query, from: head, skipping: skipped, countMax: countMax)
            }
        },
        Operation(
            "projects.diff", .get("/api/projects/{project}/diff"),
            summary:
                "Shows what is not committed in a project's own folder, or what one state of it holds that another does not.",
            input: [.subject(Project.self)] + comparison + [
                .optional("patches", .boolean, "`false`: the statistics and the list alone.")
            ], output: .diff, ability: .projectRead, example: ["project": "website", "from": "main"]
        ) { call in
            let diff = try await call.engine.diff(of: call.projectID(), try call.decode(Comparison.self))
            return OperationAnswer(data: try WireJSON.encode(diff))
        },
        Operation(
            "projects.file", .get("/api/projects/{project}/file"),
            summary: "Shows one file of a project's own folder as it was and as it is.",
            input: [
                .subject(Project.self), .required("path", .filePath, "Relative to the top."),
                .optional("oldPath", .filePath, "Its name in `from`, where that is another."),
            ] + comparison, output: .runFile, ability: .projectRead,
            example: ["project": "website", "path": "README.md"]
        ) { call in
            let file = try await call.engine.compareFile(
                call.text("path") ?? "", oldPath: call.text("oldPath"), of: call.projectID(),
                try call.decode(Comparison.self))
            return OperationAnswer(data: try WireJSON.encode(file))
        },
        Operation(
            "files.locate", .get("/api/locate"),
            summary:
                "Finds the project, and the run whose worktree it is, that a path of the hub's machine belongs to.",
            input: [
                .required("place", .path, "An absolute path."),
                .optional("project", .reference(Project.self), "Only in this one."),
            ], output: .foundPlace, ability: .projectRead, spansProjects: true,
            example: ["place": "/srv/git/website/README.md"]
        ) { call in
            let named = call.text("project") == nil ? nil : try await call.projectID()
            let place = try await call.engine.place(
                of: call.text("place") ?? "", among: named.map { [$0] } ?? call.caller.rights.readableProjects)
            return OperationAnswer(data: try WireJSON.encode(place))
        },
        Operation(
            "files.editor", .get("/api/projects/{project}/editor"), .get("/api/runs/{run}/editor"),
            summary: "Says which address opens a file, or the whole folder, in an editor.",
            input: [
                .optional("project", .reference(Project.self)), .optional("run", .reference(Run.self)),
                .required("editor", .choice(of: Editor.self)),
                .optional("path", .text(.bytes(Limits.pathBytesMax, "pathBytesMax")), "Relative to the top."),
                .optional("line", .integer(1...1_000_000_000)),
                .optional(
                    "host", .nonEmptyLine(.characters(Limits.nameCharactersMax, "nameCharactersMax")),
                    "The hub's machine as the reader's ssh knows it; absent: the reader sits at it."),
            ], output: .editorAddress, ability: .projectRead,
            example: ["run": exampleRun, "editor": "vscode", "path": "README.md", "line": 3]
        ) { call in
            let url = try await call.engine.editorURL(
                at: call.filePlace(), try call.required("editor"), path: call.text("path"), line: call.number("line"),
                host: call.text("host"))
            return OperationAnswer(data: try WireJSON.encode(["url": url]))
        },
    ]

    private static let query = Schema.nonEmptyLine(.characters(Limits.searchCharactersMax, "searchCharactersMax"))
    private static let comparison: [Schema.Field] = [
        .optional(
            "from", .branch,
            "`head` (the newest commit), `worktree` (what is there now), the `id` of a snapshot of the folder, a branch, or a commit. Absent: `head`."
        ),
        .optional("to", .branch, "The same. Absent: `worktree`."),
    ]
}

extension OperationCall {
    fileprivate func required<Choice: RawRepresentable<String>>(_ name: String) throws -> Choice {
        guard let value: Choice = choice(name) else { throw HubError.invalid("/\(name)", "is missing") }
        return value
    }
}
