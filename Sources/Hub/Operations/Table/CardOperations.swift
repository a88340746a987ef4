import Engine
import Journal
import Model
import Wire

extension OperationTable {
    private static let exampleCard: JSONValue = "crd_01JD6Z5Z0A0000000000000000"
    private static let exampleColumn: JSONValue = "col_01JD6Z5Z0A0000000000000000"

    private static let dependencies = Schema.array(
        .id(Card.self), max: .items(Limits.dependenciesPerCardMax, "dependenciesPerCardMax"))

    static let cards: [Operation] = [
        Operation(
            "cards.list", .get("/api/projects/{project}/cards"),
            summary: "Lists a project's cards by column, and in it by position.",
            input: [
                .subject(Project.self), .optional("boardId", .id(Board.self)),
                .optional("columnId", .id(BoardColumn.self)), .optional("status", .choice(of: Card.Status.self)),
                .optional("unread", .boolean, "`true`: only those that have changed since one saw them last."),
                CardPlace.cursorField, .limit(),
            ], output: .array(.card, max: nil), ability: .projectRead,
            example: ["project": "website", "status": "todo"]
        ) { call in
            let place = call.text("cursor").flatMap(CardPlace.init(cursor:))
            let user = call.input["unread"]?.bool == true ? try call.ownUser() : nil
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                let rows = try reader.cards(
                    of: project, board: call.optionalID("boardId"), column: call.optionalID("columnId"),
                    status: call.choice("status"), unreadBy: user, after: place, limit: call.limit + 1,
                    as: Stored<Card>.self)
                return try .page(rows, limit: call.limit, at: reader.position(of: .project(project))) {
                    CardPlace($0).cursor
                }
            }
        },
        Operation(
            "cards.create", .post("/api/projects/{project}/cards"),
            summary: "Adds a card at the end of a column, and starts a run of it when asked to.",
            input: [
                .subject(Project.self), .required("title", .title),
                .optional("prompt", .prompt, "Markdown: what an agent is told to do."),
                .optional("columnId", .id(BoardColumn.self), "Absent: the board's first column."),
                .optional("boardId", .id(Board.self), "Absent: the column's board, or the project's first one."),
                .optional("labels", .labels), .optional("parentId", .id(Card.self), "What it is a part of."),
                .optional("blockedBy", dependencies, "What has to be done before work on it begins."),
                .optional("deferred", .deferral, "Puts it off; without members until somebody activates it."),
                .optional("run", .firstRun, "Starts a run of it, with `run:write`: card and run are made, or neither."),
            ], output: .card, success: .created, ability: .boardWrite, isBrief: true,
            events: [.cardCreated, .runCreated, .runQueued],
            example: ["project": "website", "title": "Dark mode", "prompt": "Add a dark theme.", "labels": ["design"]]
        ) { call in
            let (project, card) = (try await call.projectID(), try call.decode(CreateCard.self))
            guard let run = try call.decode(Started.self).run else {
                return try .changed(await call.engine.createCard(project, card, by: call.principal))
            }
            return try .changed(
                await call.engine.createCard(project, card, starting: run, by: call.principal))
        },
        Operation(
            "cards.get", .get("/api/cards/{card}"), summary: "Shows a card.", input: [.subject(Card.self)],
            output: .card, ability: .projectRead, isBrief: true, example: ["card": exampleCard]
        ) { call in
            let id: Card.ID = try call.id()
            return try await call.read { reader in
                let card = try reader.required(id)
                return try .entity(card, at: reader.position(of: card))
            }
        },
        Operation(
            "cards.status", .get("/api/cards/{card}/status"),
            summary: "Tells in a few words where a card stands and what its runs came to.",
            input: [.subject(Card.self)], output: .cardState, ability: .projectRead, example: ["card": exampleCard]
        ) { call in
            let id: Card.ID = try call.id()
            return try await call.read { reader in
                let card = try reader.required(id)
                return OperationAnswer(
                    data: try WireJSON.encode(try reader.state(of: card)), position: try reader.position(of: card))
            }
        },
        Operation(
            "cards.statuses", .get("/api/projects/{project}/cards/status"),
            summary: "Tells of a project's cards where they stand and what their runs came to, by column and position.",
            input: [
                .subject(Project.self), .optional("boardId", .id(Board.self)),
                .optional("columnId", .id(BoardColumn.self)), .optional("status", .choice(of: Card.Status.self)),
                CardPlace.cursorField, .limit(),
            ], output: .array(.cardState, max: nil), ability: .projectRead, example: ["project": "website"]
        ) { call in
            let place = call.text("cursor").flatMap(CardPlace.init(cursor:))
            return try await call.read { reader in
                let project = try reader.projectID(call.text("project") ?? "")
                let cards = try reader.cards(
                    of: project, board: call.optionalID("boardId"), column: call.optionalID("columnId"),
                    status: call.choice("status"), after: place, limit: call.limit + 1)
                let page = cards.prefix(call.limit)
                return OperationAnswer(
                    data: try WireJSON.encode(try page.map { try reader.state(of: $0) }),
                    nextCursor: cards.count > page.count ? page.last.map { CardPlace($0).cursor } : nil,
                    position: try reader.position(of: .project(project)))
            }
        },
        Operation(
            "cards.update", .patch("/api/cards/{card}"), summary: "Changes a card where it stands.",
            input: [
                .subject(Card.self), .optional("title", .title), .optional("prompt", .prompt),
                .optional("labels", .labels),
                .optional("status", .choice(of: Card.Status.self), "`inreview` is the hub's own to set."),
                .optional(
                    "autoMode", .boolean,
                    "Whether it moves on through its board's active columns, and is worked on in each, when a run is done."
                ),
                .optional(
                    "pipeline",
                    .nullable(
                        .array(.pipelineStep, max: .items(Limits.columnsPerBoardMax, "columnsPerBoardMax"))),
                    "The active columns that it goes through, in this order; null: all of its board."),
                .optional("budget", .budget, "What all its runs may consume; without members: anything."),
                .optional("parentId", .nullable(.id(Card.self)), "What it is a part of; null: nothing."),
                .optional(
                    "blockedBy", dependencies,
                    "What has to be done before work on it begins; DEPENDENCY_CYCLE where that waits for this."),
                .optional("deferred", .nullable(.deferral), "Puts it off; null activates it."), .version,
            ], output: .card, ability: .boardWrite, isBrief: true, events: [.cardUpdated, .cardActivated],
            example: ["card": exampleCard, "title": "Dark theme", "version": 3]
        ) { call in
            var input = try call.decode(UpdateCard.self)
            input.removesPipeline = call.isNull("pipeline")
            (input.removesParent, input.activates) = (call.isNull("parentId"), call.isNull("deferred"))
            return try .changed(await call.engine.updateCard(try call.id(), input, by: call.principal))
        },
        Operation(
            "cards.move", .post("/api/cards/{card}/move"),
            summary:
                "Moves a card to a column, and within it. Coming to an active column with a prompt starts work on it.",
            input: [
                .subject(Card.self), .required("columnId", .id(BoardColumn.self)),
                .optional(
                    "before", .id(Card.self),
                    "The card that it comes to stand before; NEIGHBOUR_MOVED where that is not in the column."),
                .optional("after", .id(Card.self), "The card that it comes to stand after. Without both: the end."),
                .version,
            ], output: .card, ability: .boardWrite, isBrief: true,
            events: [.cardMoved, .cardCompleted, .runCreated, .runQueued],
            example: ["card": exampleCard, "columnId": exampleColumn]
        ) { call in
            try .changed(await call.engine.moveCard(try call.id(), try call.decode(MoveCard.self), by: call.principal))
        },
        Operation(
            "cards.pipeline", .get("/api/cards/{card}/pipeline"),
            summary:
                "Lists the active columns that a card goes through, its own or those of its board, and what is said there.",
            input: [.subject(Card.self)], output: .array(.pipelinePlace, max: nil), ability: .projectRead,
            example: ["card": exampleCard]
        ) { call in
            let id: Card.ID = try call.id()
            return try await call.read { reader in
                let card = try reader.required(id)
                return OperationAnswer(
                    data: try WireJSON.encode(try reader.pipeline(of: card)), position: try reader.position(of: card))
            }
        },
        Operation(
            "cards.advance", .post("/api/cards/{card}/approve-auto"),
            summary:
                "Lets a card whose work is done go on to the next column of its board; 409 while a run is at work.",
            input: [.subject(Card.self)], output: .card, ability: .runWrite, rateGroup: .starting,
            events: [.cardMoved, .runQueued, .runCreated], example: ["card": exampleCard]
        ) { call in try .changed(await call.engine.advanceCard(try call.id(), by: call.actor)) },
        Operation(
            "cards.activate", .post("/api/cards/{card}/activate"),
            summary: "Puts a card off no longer. In an active column with a prompt, work on it begins.",
            input: [.subject(Card.self)], output: .card, ability: .boardWrite,
            events: [.cardActivated, .runQueued, .runCreated], example: ["card": exampleCard]
        ) { call in try .changed(await call.engine.activateCard(try call.id(), by: call.principal)) },
        Operation(
            "cards.children", .get("/api/cards/{card}/children"), summary: "Lists the cards that are parts of a card.",
            input: [.subject(Card.self)], output: .array(.card, max: nil), ability: .projectRead,
            example: ["card": exampleCard]
        ) { call in
            let id: Card.ID = try call.id()
            return try await call.read { reader in
                let card = try reader.required(id)
                return .list(try reader.children(of: id, as: Stored<Card>.self), at: try reader.position(of: card))
            }
        },
        Operation(
            "cards.delete", .delete("/api/cards/{card}"),
            summary: "Deletes a card and its attachments; its runs stay. 409 while one of them is at work.",
            input: [.subject(Card.self), .version],
            success: .noContent, ability: .boardWrite, events: [.attachmentDeleted, .cardDeleted],
            example: ["card": exampleCard]
        ) { call in
            .removed(try await call.engine.deleteCard(try call.id(), version: call.version, by: call.principal))
        },
    ]
}

/// The run that is started with a card.
private struct Started: Decodable {
    let run: CreateRun?
}

/// A place in the list of cards as text: `<column>-<position's bits, hexadecimal>-<card>`, so that it comes back
/// exactly.
extension CardPlace {
    static let cursorField = Schema.Field.cursor(
        "^col_[0-9A-HJKMNP-TV-Z]{26}-[0-9a-f]{1,16}-crd_[0-9A-HJKMNP-TV-Z]{26}$",
        admits: { CardPlace(cursor: $0) != nil })

    var cursor: String { "\(columnId)-\(String(position.bitPattern, radix: 16))-\(id)" }

    init?(cursor: String) {
        let parts = cursor.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let column = BoardColumn.ID(parts[0]), let bits = UInt64(parts[1], radix: 16),
            let card = Card.ID(parts[2])
        else { return nil }
        self.init(columnId: column, position: Double(bitPattern: bits), id: card)
    }
}
