import Engine
import Journal
import Model
import Wire

// What can be read of runs.
extension OperationTable {
    static let runReads: [Operation] = [
        Operation(
            "runs.list", .get("/api/projects/{project}/runs"), .get("/api/runs"),
            summary: "Lists a project's runs, or those of all projects that one sees, the newest first.",
            input: [
                .optional("project", .reference(Project.self), "Absent: all of them."),
                .optional("cardId", .id(Card.self), "Of this card of the project."),
                .optional(
                    "status",
                    .array(.choice(of: Run.Status.self), max: .items(Run.Status.allCases.count, "runStatuses")),
                    "Any of these."),
                .cursor(of: Run.self), .limit(),
            ], output: .array(.run, max: nil), ability: .projectRead, spansProjects: true,
            example: ["project": "website", "status": ["running", "waiting"]]
        ) { call in
            let after = call.cursor(Run.self)
            let card: Card.ID? = call.optionalID("cardId")
            guard call.text("project") != nil || card == nil else {
                throw HubError.invalid("/project", "is missing, which /cardId is of")
            }
            return try await call.read { reader in
                guard let text = call.text("project") else {
                    let rows = try reader.runs(
                        among: call.caller.rights.readableProjects, statuses: call.choices("status"), after: after,
                        limit: call.limit + 1, as: Stored<Run>.self)
                    return try .page(rows, limit: call.limit, at: nil) { $0.id.rawValue }
                }
                let project = try reader.projectID(text)
                let rows = try reader.runs(
                    of: project, card: card, statuses: call.choices("status"), after: after,
                    limit: call.limit + 1, as: Stored<Run>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .project(project))) { $0.id.rawValue }
            }
        },
        Operation(
            "runs.get", .get("/api/runs/{run}"), summary: "Shows a run.", input: [.subject(Run.self)], output: .run,
            ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                let run = try reader.required(id)
                return try .entity(run, at: reader.position(of: run))
            }
        },
        Operation(
            "runs.processes", .get("/api/runs/{run}/processes"),
            summary: "Lists a run's processes in the order of their making.", input: [.subject(Run.self)],
            output: .array(.process, max: nil), ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                let run = try reader.required(id)
                return .list(
                    try reader.processes(of: id, as: Stored<ChildProcess>.self), at: try reader.position(of: run))
            }
        },
        Operation(
            "runs.entries", .get("/api/runs/{run}/entries"),
            summary: "Lists what was said and done in a run, from the beginning.",
            input: [.subject(Run.self)] + entryPage, output: .array(.entry, max: nil), ability: .projectRead,
            example: ["run": exampleRun, "limit": 200]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                let run = try reader.required(id)
                return try call.entries(of: id, reader, at: reader.position(of: run))
            }
        },
        Operation(
            "runs.commands", .get("/api/runs/{run}/commands"),
            summary:
                "Lists the shell commands of a run's agents that have ended, as `command.recorded` tells of them; what one has said is in its entry.",
            input: [.subject(Run.self)] + entryPage, output: .array(.recordedCommand, max: nil), ability: .projectRead,
            example: ["run": exampleRun]
        ) { call in
            let id: Run.ID = try call.id()
            return try await call.read { reader in
                let run = try reader.required(id)
                let page = try call.entries(of: id, action: .commandRun, reader, as: Decoded<Entry>.self)
                let last = page.count > call.limit ? page[call.limit - 1] : nil
                return OperationAnswer(
                    data: try WireJSON.encode(page.prefix(call.limit).compactMap(RecordedCommand.init)),
                    nextCursor: last.map { String($0.index) }, position: try reader.position(of: run))
            }
        },
        Operation(
            "runs.diff", .get("/api/runs/{run}/diff"),
            summary:
                "Shows what a run has changed since its base, or what one state of it holds that another does not.",
            input: [.subject(Run.self)] + comparison + [
                .optional("patches", .boolean, "`false`: the statistics and the list alone.")
            ], output: .diff, ability: .projectRead, example: ["run": exampleRun, "patches": false]
        ) { call in
            let id: Run.ID = try call.id()
            let position = try await call.read { reader in try reader.position(of: try reader.required(id)) }
            let diff = try await call.engine.diff(of: id, try call.decode(Comparison.self))
            return OperationAnswer(data: try WireJSON.encode(diff), position: position)
        },
        Operation(
            "runs.file", .get("/api/runs/{run}/file"), summary: "Shows one file of a run as it was and as it is.",
            input: [
                .subject(Run.self), .required("path", .filePath, "Relative to the top."),
                .optional("oldPath", .filePath, "Its name in `from`, where that is another."),
            ] + comparison, output: .runFile, ability: .projectRead,
            example: ["run": exampleRun, "path": "Sources/main.swift"]
        ) { call in
            let id: Run.ID = try call.id()
            let file = try await call.engine.compareFile(
                call.text("path") ?? "", oldPath: call.text("oldPath"), of: id, try call.decode(Comparison.self))
            return OperationAnswer(data: try WireJSON.encode(file))
        },
        Operation(
            "runs.branch", .get("/api/runs/{run}/branch"),
            summary: "Shows how a run's worktree stands: to its target, to its remote, and to itself.",
            input: [.subject(Run.self)], output: .runBranch, ability: .projectRead, example: ["run": exampleRun]
        ) { call in
            OperationAnswer(data: try WireJSON.encode(try await call.engine.branchStatus(of: call.id())))
        },
        Operation(
            "runs.commits", .get("/api/runs/{run}/commits"),
            summary: "Lists the commits of a run since its base, the newest first.",
            input: [.subject(Run.self), CommitCursor.field, .limit()], output: .array(.runCommit, max: nil),
            ability: .projectRead, example: ["run": exampleRun, "limit": 20]
        ) { call in
            try await call.commitPage { head, skipped, countMax in
                try await call.engine.commits(of: call.id(), from: head, skipping: skipped, countMax: countMax)
            }
        },
    ]

    /// Which of a run's entries; a page goes on behind the last one's `index`.
    static let entryPage: [Schema.Field] = [
        .optional("since", .timestamp, "Only what was first said then or later."),
        .optional("before", .timestamp, "Only what was first said before."),
        .cursor("^[0-9]{1,18}$") { Int($0) != nil }, .limit(),
    ]

    private static let comparison: [Schema.Field] = [
        .optional(
            "from", .branch,
            "`base` (what its branch began with), `head` (its branch's newest commit), `worktree`, a snapshot's `id`, a run's `id` (what that one has committed), or a commit. Absent: `base`."
        ),
        .optional("to", .branch, "The same. Absent: `worktree`, or `head` once there is none."),
    ]
}

extension OperationCall {
    func entries(of run: Run.ID, _ reader: Reader, at position: JournalPosition) throws -> OperationAnswer {
        try .page(try entries(of: run, reader, as: Stored<Entry>.self), limit: limit, at: position) {
            String($0.index)
        }
    }

    /// One more than a page has.
    fileprivate func entries<Form: RowForm>(
        of run: Run.ID, action: ToolUse.Action? = nil, _ reader: Reader, as form: Form.Type
    ) throws -> [Form.Output] where Form.Subject == Entry {
        let window = try decode(EntryWindow.self)
        return try reader.entries(
            of: run, after: text("cursor").flatMap(Int.init), since: window.since, before: window.before,
            action: action, limit: limit + 1, as: form)
    }
}

private struct EntryWindow: Decodable {
    let since: Timestamp?
    let before: Timestamp?
}
