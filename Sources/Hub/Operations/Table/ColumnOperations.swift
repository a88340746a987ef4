import Engine
import Journal
import Model
import Wire

enum ColumnFields {
    static let create: [Schema.Field] = [
        .required("name", .name), .required("type", .choice(of: BoardColumn.Kind.self)),
        .optional("prompt", .prompt, "Put before a card's own prompt when work starts from this column."),
        .optional(
            "wipLimit", .wipLimit,
            "Of an active one: how many runs of its cards are at work at once; the others wait in the queue. Cards may come as they like."
        ),
    ]
}

extension OperationTable {
    private static let exampleColumn: JSONValue = "col_01JD6Z5Z0A0000000000000000"
    private static let exampleBoard: JSONValue = "brd_01JD6Z5Z0A0000000000000000"

    static let columns: [Operation] = [
        Operation(
            "columns.list", .get("/api/boards/{board}/columns"), summary: "Lists a board's columns in their order.",
            input: [.subject(Board.self)], output: .array(.column, max: nil), ability: .projectRead,
            example: ["board": exampleBoard]
        ) { call in
            let id: Board.ID = try call.id()
            return try await call.read { reader in
                let board = try reader.required(id)
                return .list(
                    try reader.columns(of: id, as: Stored<BoardColumn>.self), at: try reader.position(of: board))
            }
        },
        Operation(
            "columns.create", .post("/api/boards/{board}/columns"), summary: "Adds a column at the end of a board.",
            input: [.subject(Board.self)] + ColumnFields.create, output: .column, success: .created,
            ability: .boardWrite, events: [.columnCreated],
            example: ["board": exampleBoard, "name": "Review", "type": "active"]
        ) { call in
            try .changed(
                await call.engine.createColumn(try call.id(), try call.decode(CreateColumn.self), by: call.principal))
        },
        Operation(
            "columns.get", .get("/api/columns/{column}"), summary: "Shows a column.",
            input: [.subject(BoardColumn.self)], output: .column, ability: .projectRead, isBrief: true,
            example: ["column": exampleColumn]
        ) { call in
            let id: BoardColumn.ID = try call.id()
            return try await call.read { reader in
                let column = try reader.required(id)
                return try .entity(column, at: reader.position(of: column))
            }
        },
        Operation(
            "columns.update", .patch("/api/columns/{column}"), summary: "Changes a column.",
            input: [
                .subject(BoardColumn.self), .optional("name", .name),
                .optional("type", .choice(of: BoardColumn.Kind.self)),
                .optional("prompt", .prompt, "Empty: none."),
                .optional("wipLimit", .nullable(.wipLimit), "null: any number."),
                .version,
            ], output: .column, ability: .boardWrite, isBrief: true, events: [.columnUpdated],
            example: ["column": exampleColumn, "wipLimit": 3]
        ) { call in
            var input = try call.decode(UpdateColumn.self)
            input.removesWipLimit = call.isNull("wipLimit")
            return try .changed(await call.engine.updateColumn(try call.id(), input, by: call.principal))
        },
        Operation(
            "columns.reorder", .post("/api/boards/{board}/columns/reorder"),
            summary: "Puts a board's columns into an order.",
            input: [
                .subject(Board.self),
                .required(
                    "ids",
                    .array(.id(BoardColumn.self), max: .items(Limits.columnsPerBoardMax, "columnsPerBoardMax")),
                    "All of them, each once."),
            ], output: .board, ability: .boardWrite, events: [.columnUpdated],
            example: ["board": exampleBoard, "ids": [exampleColumn]]
        ) { call in
            let ids = (call.input["ids"]?.array ?? []).compactMap { $0.string.flatMap(BoardColumn.ID.init) }
            return try .changed(await call.engine.orderColumns(of: try call.id(), ids, by: call.actor))
        },
        Operation(
            "columns.delete", .delete("/api/columns/{column}"),
            summary: "Deletes a column; 409 while it has cards that are not to go with it.",
            input: [
                .subject(BoardColumn.self),
                .optional("withCards", .boolean, "Its cards go with it, at most \(Limits.cardsRemovedAtOnceMax)."),
                .version,
            ], success: .noContent, ability: .boardWrite,
            events: [.cardDeleted, .columnDeleted],
            example: ["column": exampleColumn]
        ) { call in
            .removed(
                try await call.engine.deleteColumn(
                    try call.id(), withCards: call.input["withCards"]?.bool == true, version: call.version,
                    by: call.principal))
        },
    ]
}
