import Journal
import Model
import Testing
import Wire

@testable import Hub

/// To write boards is not to start agents.
@Suite("Boards, by those who may not start agents") struct BoardPrincipalTests {
    /// A card whose agent is known stands in a backlog, beside a column where work begins.
    struct World {
        let hub: TestHub
        let card: String
        let project: Project.ID
        let columns: [BoardColumn.Kind: String]
        private let all: AccessMatrixTests.World

        init(rates: RateLimits? = nil) async throws {
            all = try await AccessMatrixTests.World(rates: rates)
            hub = all.hub
            card = try #require(all.ids[.card])
            project = Project.ID(trusted: try #require(all.ids[.project]))
            let listed = try await hub.journal.read { [project] in try $0.columns(of: project) }
            columns = Dictionary(listed.map { ($0.type, $0.id.rawValue) }, uniquingKeysWith: { first, _ in first })
            _ = try await call(.admin, "columns.update", ["column": column(.active), "prompt": "build it"])
        }

        func column(_ kind: BoardColumn.Kind) throws -> JSONValue { .string(try #require(columns[kind])) }

        @discardableResult
        func call(_ role: AccessMatrixTests.Role, _ name: String, _ input: JSONValue) async throws -> JSONValue {
            let caller = hub.access.caller(showing: all.secrets[role])
            let answer = try await hub.operations.call(name, input, by: caller)
            return try answer.data.map { try WireJSON.parse($0) } ?? .null
        }

        func refusal(
            _ role: AccessMatrixTests.Role, _ name: String, _ input: JSONValue
        ) async throws -> HubError? {
            do {
                try await call(role, name, input)
                return nil
            } catch let error as HubError {
                return error
            }
        }

        func move(_ role: AccessMatrixTests.Role, to kind: BoardColumn.Kind) async throws -> JSONValue {
            try await call(role, "cards.move", ["card": .string(card), "columnId": column(kind)])
        }

        func queued() async throws -> Int {
            try await hub.journal.read { [project] in try $0.runs(of: project, statuses: [.queued]).count }
        }
    }

    @Test("a move to where work begins parks the card; one by somebody who may start agents begins it")
    func move() async throws {
        let world = try await World()
        #expect(try await world.move(.narrowed, to: .active)["parked"]?.bool == true)
        #expect(try await world.queued() == 0)
        #expect(try await world.move(.narrowed, to: .backlog)["parked"] == nil)
        #expect(try await world.move(.editor, to: .active)["parked"] == nil)
        #expect(try await world.queued() == 1)
    }

    @Test("what waits is parked when it is let go by somebody who may not start agents", arguments: [true, false])
    func release(byDeletion: Bool) async throws {
        let world = try await World()
        let ahead = try await world.call(.editor, "cards.create", ["project": "website", "title": "Ahead"])
        let id = try #require(ahead["id"])
        let card: JSONValue = .string(world.card)
        try await world.call(.editor, "cards.update", ["card": card, "blockedBy": [id]])
        #expect(try await world.move(.editor, to: .active)["parked"] == nil)
        if byDeletion {
            try await world.call(.narrowed, "cards.delete", ["card": id])
        } else {
            try await world.call(.narrowed, "cards.update", ["card": id, "status": "done"])
        }
        #expect(try await world.queued() == 0)
        #expect(try await world.call(.editor, "cards.get", ["card": card])["parked"]?.bool == true)
    }

    @Test(
        "a card that is to begin by itself is parked by a change of its words, or of what it waits for",
        arguments: [
            ["title": "Mine"], ["prompt": "mine"], ["deferred": ["until": "2020-01-01T00:00:00.000Z"]],
            ["deferred": nil], ["blockedBy": []], ["status": "cancelled"],
        ] as [JSONValue])
    func update(change: JSONValue) async throws {
        let world = try await World()
        let card: JSONValue = .string(world.card)
        let ahead = try await world.call(.editor, "cards.create", ["project": "website", "title": "Ahead"])
        try await world.call(
            .editor, "cards.update", ["card": card, "deferred": [:], "blockedBy": [try #require(ahead["id"])]])
        _ = try await world.move(.editor, to: .active)
        var input = change.object ?? [:]
        input["card"] = card
        #expect(try await world.call(.narrowed, "cards.update", .object(input))["parked"]?.bool == true)
        #expect(try await world.queued() == 0)
    }

    @Test("a label parks nothing") func label() async throws {
        let world = try await World()
        let card: JSONValue = .string(world.card)
        try await world.call(.editor, "cards.update", ["card": card, "deferred": [:]])
        _ = try await world.move(.editor, to: .active)
        let labelled = try await world.call(.narrowed, "cards.update", ["card": card, "labels": ["x"]])
        #expect(labelled["parked"] == nil)
        #expect(try await world.call(.narrowed, "cards.activate", ["card": card])["parked"]?.bool == true)
        try await world.call(.editor, "cards.update", ["card": card, "deferred": [:]])
        #expect(try await world.call(.editor, "cards.activate", ["card": card])["parked"] == nil)
        #expect(try await world.queued() == 1)
    }

    @Test("what agents are told, and how they work on a card, is not theirs to change")
    func settings() async throws {
        let world = try await World()
        let (card, active, backlog): (JSONValue, _, _) = (
            .string(world.card), try world.column(.active), try world.column(.backlog)
        )
        let boards = try await world.call(.editor, "boards.list", ["project": "website"])
        let board = try #require(boards.array?.first?["id"])
        let refused: [(String, JSONValue)] = [
            ("columns.update", ["column": active, "prompt": "mine"]),
            ("columns.update", ["column": backlog, "type": "active"]),
            ("columns.create", ["board": board, "name": "Mine", "type": "active", "prompt": "mine"]),
            (
                "boards.create",
                [
                    "project": "website", "name": "Mine",
                    "columns": [["name": "Mine", "type": "active", "prompt": "mine"]],
                ]
            ),
            ("cards.update", ["card": card, "autoMode": true]),
            ("cards.update", ["card": card, "pipeline": [["columnId": active, "prompt": "mine"]]]),
            ("cards.update", ["card": card, "budget": ["costUsd": 1]]),
        ]
        for (name, input) in refused {
            let refusal = try await world.refusal(.narrowed, name, input)
            #expect(refusal?.code == .forbidden && refusal?.members["ability"] == "run:write", "\(name)")
            #expect(try await world.refusal(.editor, name, input) == nil, "\(name)")
        }
        // Whoever says what is so already changes nothing.
        try await world.call(.narrowed, "columns.update", ["column": active, "prompt": "mine", "name": "Building"])
        try await world.call(.narrowed, "boards.create", ["project": "website", "name": "Copy", "copyOf": board])
    }

    @Test("a change that starts an agent is counted among the starts, and not done when they are too many")
    func rate() async throws {
        var rates = RateLimits.none
        rates.startsPerMinute = 1
        let world = try await World(rates: rates)
        let backlog = try await world.move(.editor, to: .backlog)["columnId"]
        _ = try await world.move(.editor, to: .active)
        #expect(try await world.queued() == 1)
        let id = Card.ID(trusted: world.card)
        try await world.hub.journal.change(of: id, by: .local) { tx in
            for var run in try tx.runs(of: tx.required(id).projectId, statuses: [.queued]) {
                _ = try run.apply(.cancel, at: tx.now)
                try tx.put(run, as: .runCancelled)
            }
        }
        _ = try await world.move(.editor, to: .backlog)
        let refusal = try await world.refusal(
            .editor, "cards.move", ["card": .string(world.card), "columnId": try world.column(.active)])
        #expect(refusal?.code == .rateLimited && refusal?.members["limit"] == "startsPerMinute")
        #expect(try await world.call(.editor, "cards.get", ["card": .string(world.card)])["columnId"] == backlog)
    }
}
