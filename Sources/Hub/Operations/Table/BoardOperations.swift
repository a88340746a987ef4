import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let exampleBoard: JSONValue = "brd_01JD6Z5Z0A0000000000000000"
    private static let exampleTemplate: JSONValue = "tpl_01JD6Z5Z0A0000000000000000"
    private static let templateColumns = Schema.array(
        .object(ColumnFields.create), max: .items(Limits.columnsPerBoardMax, "columnsPerBoardMax"))

    static let boards: [Operation] = [
        Operation(
            "boards.list", .get("/api/projects/{project}/boards"), summary: "Lists a project's boards in their order.",
            input: [.subject(Project.self)], output: .array(.board, max: nil), ability: .projectRead,
            example: ["project": "website"]
        ) { call in
            try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                return .list(
                    try reader.boards(of: project, as: Stored<Board>.self),
                    at: try reader.position(of: .project(project)))
            }
        },
        Operation(
            "boards.create", .post("/api/projects/{project}/boards"), summary: "Makes a board with its columns.",
            input: [
                .subject(Project.self), .required("name", .name),
                .optional(
                    "columns",
                    .array(
                        .object(ColumnFields.create),
                        max: .items(Limits.columnsPerBoardMax, "columnsPerBoardMax")),
                    "At most one of columns, template and copyOf; without: the first template."),
                .optional("template", .name, "One that `boards.templates` lists."),
                .optional("copyOf", .id(Board.self), "A board of the project, whose columns it gets."),
            ], output: .board, success: .created, ability: .boardWrite, events: [.boardCreated, .columnCreated],
            example: [
                "project": "website", "name": "Release", "columns": [["name": "To do", "type": "backlog"]],
            ]
        ) { call in
            let project = try await call.projectID()
            return try .changed(
                await call.engine.createBoard(project, try call.decode(CreateBoard.self), by: call.principal))
        },
        Operation(
            "boards.templates", .get("/api/board-templates"),
            summary:
                "Lists the layouts that a board can begin with: those that every hub has, then the stored ones by name.",
            output: .array(.boardTemplate, max: nil), ability: .hubRead
        ) { call in
            try await call.read { reader in
                let stored = try reader.templates().map { BoardTemplate($0) }
                return OperationAnswer(
                    data: try WireJSON.encode(BoardTemplate.all + stored), position: try reader.position(of: .hub))
            }
        },
        Operation(
            "templates.create", .post("/api/board-templates"), summary: "Keeps a layout that boards can begin with.",
            input: [.required("name", .name), .required("columns", templateColumns)], output: .template,
            success: .created, ability: .hubAdmin, events: [.templateCreated],
            example: ["name": "Research", "columns": [["name": "Questions", "type": "backlog"]]]
        ) { call in
            try .template(await call.engine.createTemplate(call.decode(CreateTemplate.self), by: call.actor))
        },
        Operation(
            "templates.update", .patch("/api/board-templates/{template}"),
            summary: "Changes a stored layout. Boards that began with it stay as they are.",
            input: [
                .subject(Template.self), .optional("name", .name),
                .optional("columns", templateColumns, "All of them."),
                .version,
            ], output: .template, ability: .hubAdmin, events: [.templateUpdated],
            example: ["template": exampleTemplate, "name": "Studies"]
        ) { call in
            try .template(
                await call.engine.updateTemplate(try call.id(), call.decode(UpdateTemplate.self), by: call.actor))
        },
        Operation(
            "templates.delete", .delete("/api/board-templates/{template}"), summary: "Forgets a stored layout.",
            input: [.subject(Template.self), .version], success: .noContent, ability: .hubAdmin,
            events: [.templateDeleted], example: ["template": exampleTemplate]
        ) { call in
            .removed(try await call.engine.deleteTemplate(try call.id(), version: call.version, by: call.actor))
        },
        Operation(
            "boards.reorder", .post("/api/projects/{project}/boards/reorder"),
            summary: "Puts a project's boards into an order.",
            input: [
                .subject(Project.self),
                .required(
                    "ids", .array(.id(Board.self), max: .items(Limits.boardsPerProjectMax, "boardsPerProjectMax")),
                    "All of them, each once."),
            ], output: .project, ability: .boardWrite, events: [.boardUpdated],
            example: ["project": "website", "ids": [exampleBoard]]
        ) { call in
            let ids = (call.input["ids"]?.array ?? []).compactMap { $0.string.flatMap(Board.ID.init) }
            return try .changed(
                await call.engine.orderBoards(of: try await call.projectID(), ids, by: call.actor))
        },
        Operation(
            "boards.get", .get("/api/boards/{board}"), summary: "Shows a board.", input: [.subject(Board.self)],
            output: .board, ability: .projectRead, isBrief: true, example: ["board": exampleBoard]
        ) { call in
            let id: Board.ID = try call.id()
            return try await call.read { reader in
                let board = try reader.required(id)
                return try .entity(board, at: reader.position(of: board))
            }
        },
        Operation(
            "boards.update", .patch("/api/boards/{board}"), summary: "Renames a board.",
            input: [.subject(Board.self), .optional("name", .name), .version], output: .board, ability: .boardWrite,
            isBrief: true,
            events: [.boardUpdated], example: ["board": exampleBoard, "name": "Release 2"]
        ) { call in
            try .changed(
                await call.engine.updateBoard(try call.id(), try call.decode(UpdateBoard.self), by: call.actor))
        },
        Operation(
            "boards.clean", .post("/api/boards/{board}/clean"),
            summary:
                "Archives or deletes a board's cards that are done or given up, or all of a column, 200 at once, or says which those would be.",
            input: [
                .subject(Board.self),
                .required(
                    "action", .choice(of: CleanBoard.Action.self),
                    "`archive`: to the board's first column of that kind."
                ),
                .optional("columnId", .id(BoardColumn.self), "All cards of this column, whatever their status."),
                .optional("before", .timestamp, "Only those that have not been changed since."),
                .optional("preview", .boolean, "Change nothing."),
            ], output: .cleaning, ability: .boardWrite,
            events: [.cardMoved, .cardDeleted, .cardUpdated, .attachmentDeleted],
            example: ["board": exampleBoard, "action": "archive", "preview": true]
        ) { call in
            let done = try await call.engine.cleanBoard(
                try call.id(), try call.decode(CleanBoard.self), by: call.principal)
            return OperationAnswer(data: try WireJSON.encode(done.value), position: done.position)
        },
        Operation(
            "boards.delete", .delete("/api/boards/{board}"),
            summary: "Deletes a board and its columns; 409 while it has cards that are not to go with it.",
            input: [
                .subject(Board.self),
                .optional("withCards", .boolean, "Its cards go with it, at most \(Limits.cardsRemovedAtOnceMax)."),
                .version,
            ],
            success: .noContent, ability: .boardWrite, events: [.cardDeleted, .columnDeleted, .boardDeleted],
            example: ["board": exampleBoard]
        ) { call in
            .removed(
                try await call.engine.deleteBoard(
                    try call.id(), withCards: call.input["withCards"]?.bool == true, version: call.version,
                    by: call.principal))
        },
    ]
}

extension OperationAnswer {
    /// There is no address of one alone.
    fileprivate static func template(_ change: Committed<Template>) throws -> OperationAnswer {
        OperationAnswer(
            data: try WireJSON.encode(change.value), position: change.position, location: "/api/board-templates",
            version: change.value.version)
    }
}
