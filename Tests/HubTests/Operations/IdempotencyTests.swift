import Engine
import Journal
import Logging
import Model
import RoostTesting
import Synchronization
import Testing
import WebCodec
import Wire

@testable import Hub

@Suite("Requests that come twice")
struct IdempotencyTests {
    private static let key: HTTPHeaders = ["Idempotency-Key": "0c8e1f"]

    @Test("the second gets the first's answer, over both doors, and nothing is done again")
    func replayed() async throws {
        let hub = try TestHub()
        _ = try await hub.makeBoard()
        let path = "POST /api/projects/website/cards"
        let first = try await hub.send(path, ["title": "Once"], headers: Self.key)
        _ = try await hub.makeCard("Another", in: try await hub.project("website"))
        let second = try await hub.send(path, ["title": "Once"], headers: ["Idempotency-Key": "\"0c8e1f\""])
        #expect(first.status == 201 && second.status == 201)
        #expect(second.body == first.body)
        for name in ["Roost-Position", "Location", "ETag"] { #expect(second.headers[name] == first.headers[name]) }
        #expect(first.headers["Idempotency-Replayed"] == nil)
        #expect(second.headers["Idempotency-Replayed"] == "true")
        let frame = try await hub.operations.call(
            "cards.create", ["project": "website", "title": "Once"], by: .local, key: try IdempotencyKey("0c8e1f"))
        #expect(try WireJSON.parse(frame.frameMeta ?? [])["replayed"] == true)
        #expect(try await hub.send("GET /api/projects/website/cards").data().array?.count == 2)
    }

    @Test("a deletion is answered with 204 again, though the thing is gone")
    func deletion() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = try await hub.makeCard(in: project)
        let first = try await hub.send("DELETE /api/cards/\(card)", headers: Self.key)
        let second = try await hub.send("DELETE /api/cards/\(card)", headers: Self.key)
        #expect(first.status == 204 && second.status == 204)
        #expect(first.headers["Roost-Position"] != nil)
        #expect(second.headers["Roost-Position"] == first.headers["Roost-Position"])
    }

    @Test("another request with the key is refused, another caller's is not")
    func reused() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let path = "POST /api/projects/website/cards"
        _ = try await hub.send(path, ["title": "One"], headers: Self.key)
        let other = try await hub.send(path, ["title": "Two"], headers: Self.key)
        #expect(try (other.status, other.code()) == (422, "IDEMPOTENCY_KEY_REUSED"))
        let elsewhere = try await hub.send("POST /api/projects/website/boards", ["name": "B"], headers: Self.key)
        #expect(try elsewhere.code() == "IDEMPOTENCY_KEY_REUSED")
        let bot = Caller(.local, Actor(.bot, id: "bot_1"), .all)
        let answer = try await hub.operations.call(
            "cards.create", ["project": .string(project.id.rawValue), "title": "Two"], by: bot,
            key: try IdempotencyKey("0c8e1f"))
        #expect(!answer.isReplayed)
    }

    @Test("what was refused is not kept")
    func errors() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = try await hub.makeCard(in: project)
        let input: JSONValue = ["title": "New"]
        let refused = try await hub.send(
            "PATCH /api/cards/\(card)", input, headers: ["Idempotency-Key": "k", "If-Match": "\"7\""])
        #expect(refused.status == 412)
        let done = try await hub.send(
            "PATCH /api/cards/\(card)", input, headers: ["Idempotency-Key": "k", "If-Match": "\"1\""])
        #expect(done.status == 200 && done.headers["Idempotency-Replayed"] == nil)
    }

    @Test("one that is under way is waited for by asking again")
    func underWay() async throws {
        let hub = try TestHub()
        let known = RequestKey(caller: "user local", key: "0c8e1f")
        hub.operations.underWay.withLock { _ = $0.insert(known) }
        _ = try await hub.makeBoard()
        let answer = try await hub.send("POST /api/projects/website/cards", ["title": "One"], headers: Self.key)
        #expect(try (answer.status, answer.code()) == (409, "IDEMPOTENCY_KEY_IN_USE"))
        #expect(answer.headers["Retry-After"] == "1")
    }

    @Test("after 24 hours the key is new")
    func expiry() async throws {
        let hub = try TestHub()
        _ = try await hub.makeBoard()
        let path = "POST /api/projects/website/cards"
        _ = try await hub.send(path, ["title": "One"], headers: Self.key)
        hub.clock.advance(by: .seconds(Receipt.keptSeconds))
        #expect(try await hub.send(path, ["title": "One"], headers: Self.key).headers["Idempotency-Replayed"] == "true")
        hub.clock.advance(by: .seconds(1))
        #expect(try await hub.send(path, ["title": "Two"], headers: Self.key).status == 201)
    }

    @Test("whoever waited for a run when the hub went waits on for the same run")
    func waitedFor() async throws {
        let hub = try TestHub()
        _ = try await hub.makeProject()
        let input: JSONValue = [
            "project": "website", "provider": "command", "prompt": "x", "options": ["argv": ["true"]], "waitMs": 60_000,
        ]
        let key = try IdempotencyKey("0c8e1f")
        let first = Task { try await hub.operations.call("runs.ask", input, by: .local, key: key) }
        try await hub.isKept(RequestKey(caller: "user local", key: key.text))
        first.cancel()
        await #expect(throws: HubError.self) { try await first.value }

        let next = hub.operationsOfTheNextHub()
        let second = try await hub.passingTime { try await next.call("runs.ask", input, by: .local, key: key) }
        #expect(second.isReplayed)
        let asked = try WireJSON.parse(second.data ?? [])
        #expect(next.table["runs.ask"]?.output?.validate(asked) == [])
        let runs = try await hub.send("GET /api/projects/website/runs").data().array ?? []
        #expect(runs.map { $0["id"] } == [asked["run"]?["id"]])
        #expect(second.location == asked["run"]?["id"]?.string.map { "/api/runs/\($0)" })

        // It has been waited for as long as was asked: that is the answer from now on.
        let third = try await hub.operationsOfTheNextHub().call("runs.ask", input, by: .local, key: key)
        #expect(third.isReplayed && third.data == second.data)
    }

    @Test("the first thing that is changed is kept as the answer only where the operation answers with such a thing")
    func shape() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = Operation("tests.card", .post("/api/tests/1"), summary: "", output: .card, ability: nil) { call in
            try await hub.failBehindChange(of: project, by: call.actor)
        }
        let asked = Operation("tests.asked", .post("/api/tests/2"), summary: "", output: .asked, ability: nil) { call in
            try await hub.failBehindChange(of: project, by: call.actor)
        }
        for (operation, isKept) in [(card, true), (asked, false)] {
            await #expect(throws: HubError.self) {
                try await hub.operations.call(operation, [:], by: .local, key: IdempotencyKey(operation.name))
            }
            let known = RequestKey(caller: "user local", key: operation.name)
            let kept = try await hub.journal.read {
                try $0.keptAnswer(for: known, since: .init(millisecondsSince1970: 0))
            }
            #expect((kept != nil) == isKept, "\(operation.name)")
        }
    }

    @Test("a key has a shape", arguments: ["", "a b", "ä", String(repeating: "k", count: 256), "\"a\"b\""])
    func keyShape(text: String) {
        #expect(throws: HubError.self) { try IdempotencyKey(text) }
    }

    @Test("a read takes no notice of a key")
    func read() async throws {
        let hub = try TestHub()
        _ = try await hub.makeBoard()
        for path in ["GET /api/projects", "GET /api/projects/website"] {
            #expect(try await hub.send(path, headers: Self.key).headers["Idempotency-Replayed"] == nil)
        }
    }

    @Test("what is edited or removed may name the version that it was")
    func versions() {
        for operation in OperationTable.all.operations {
            let verb = operation.name.split(separator: ".").last ?? ""
            guard ["update", "move", "delete", "archive"].contains(verb), operation.ability != nil else { continue }
            // Backups and exports never change; a file in a folder has no row, and what was removed can be had back.
            if ["backups.delete", "exports.delete", "files.move", "files.delete"].contains(operation.name) { continue }
            #expect(operation.input.fields.contains { $0.name == "version" }, "\(operation.name)")
        }
    }

    @Test("removing what has changed since is refused")
    func staleRemoval() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = try await hub.makeCard(in: project)
        _ = try await hub.send("PATCH /api/cards/\(card)", ["title": "New"])
        #expect(try await hub.send("DELETE /api/cards/\(card)", headers: ["If-Match": "\"1\""]).status == 412)
        #expect(try await hub.send("DELETE /api/cards/\(card)?version=2").status == 204)
    }
}

extension TestHub {
    /// Of a hub that comes after this one, over the same data.
    fileprivate func operationsOfTheNextHub() -> Operations {
        Operations(
            engine: operations.engine, access: access, about: operations.about, rates: .none, clock: clock,
            log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Returns when something is kept under the key.
    fileprivate func isKept(_ key: RequestKey) async throws {
        while try await journal.read({ try $0.keptAnswer(for: key, since: Timestamp(millisecondsSince1970: 0)) }) == nil
        {
            await Task.yield()
        }
    }

    /// Moves the time on until `body` has done what waits for it.
    fileprivate func passingTime<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let time = Task { [clock] in
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        defer { time.cancel() }
        return try await body()
    }

    /// Makes a card, and then dies as a hub may.
    fileprivate func failBehindChange(of project: Project, by actor: Actor) async throws -> OperationAnswer {
        _ = try await operations.engine.createCard(
            project.id, CreateCard(title: "Once"), by: Principal(starting: actor))
        throw CancellationError()
    }

    fileprivate func project(_ slug: String) async throws -> Project {
        try await journal.read { reader in
            let id = try #require(try reader.projectID(slug: slug))
            return try reader.required(id)
        }
    }
}
