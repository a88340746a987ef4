import Model
import WebCodec
import Testing
import Wire

@testable import Hub

@Suite("REST door")
struct RESTDoorTests {
    @Test("what is made can be got, changed, listed and removed") func lifeOfACard() async throws {
        let hub = try TestHub()
        let (project, columns) = try await hub.makeBoard()
        let made = try await hub.send(
            "POST /api/projects/website/cards", ["title": "Dark mode", "prompt": "Do it.", "labels": ["ui"]])
        #expect(made.status == 201)
        let id = try #require(try made.data()["id"]?.string)
        #expect(made.headers["Location"] == "/api/cards/\(id)")
        #expect(made.headers["ETag"] == "\"1\"")
        #expect(try made.data()["columnId"] == columns.first?["id"])

        let changed = try await hub.send("PATCH /api/cards/\(id)", ["title": "Dark theme"])
        #expect(changed.status == 200)
        #expect(try changed.data()["title"] == "Dark theme")
        let done = try #require(columns.last?["id"]?.string)
        let moved = try await hub.send("POST /api/cards/\(id)/move", ["columnId": .string(done)])
        #expect(try moved.data()["status"] == "done")

        let got = try await hub.send("GET /api/cards/\(id)")
        #expect(try got.data() == moved.data())
        #expect(got.headers["Roost-Position"] == moved.headers["Roost-Position"])
        #expect(try await hub.send("GET /api/projects/\(project.id)/cards?columnId=\(done)").data().array?.count == 1)

        let deleted = try await hub.send("DELETE /api/cards/\(id)")
        #expect((deleted.status, deleted.body.count) == (204, 0))
        #expect(try #require(deleted.headers["Roost-Position"]) > got.headers["Roost-Position"] ?? "")
        #expect(try await hub.send("GET /api/cards/\(id)").status == 404)
    }

    @Test("a project goes by its identifier and by its slug, and DELETE archives it") func projects() async throws {
        let hub = try TestHub()
        let project = try await hub.makeProject()
        let byID = try await hub.send("GET /api/projects/\(project.id)")
        #expect(try byID.data() == (try await hub.send("GET /api/projects/website").data()))
        #expect(try await hub.send("GET /api/projects").data().array?.count == 1)
        #expect(try await hub.send("PATCH /api/projects/website", ["name": "Site"]).data()["name"] == "Site")
        #expect(try await hub.send("DELETE /api/projects/website").status == 204)
        #expect(try await hub.send("GET /api/projects/website").data()["status"] == "archived")
        #expect(try await hub.send("GET /api/projects?status=ready").data() == [])
        let refused = try await hub.send("POST /api/projects/website/boards", ["name": "x"])
        #expect(try (refused.status, refused.code()) == (409, "PROJECT_ARCHIVED"))
    }

    @Test("boards and columns") func boards() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let board = try #require(
            try await hub.send("GET /api/projects/website/boards").data().array?.first?["id"]?.string)
        #expect(try await hub.send("PATCH /api/boards/\(board)", ["name": "Plan B"]).data()["name"] == "Plan B")
        let column = try await hub.send(
            "POST /api/boards/\(board)/columns", ["name": "Review", "type": "active", "wipLimit": 2])
        #expect(column.status == 201)
        let location = try #require(column.headers["Location"])
        #expect(try await hub.send("GET \(location)").data() == column.data())
        #expect(try await hub.send("PATCH \(location)", ["name": "QA"]).data()["wipLimit"] == 2)
        #expect(try await hub.send("DELETE \(location)").status == 204)
        _ = try await hub.makeCard(in: project)
        let refused = try await hub.send("DELETE /api/boards/\(board)")
        #expect(try (refused.status, refused.code()) == (409, "NOT_EMPTY"))
    }

    @Test("runs are made under a project and under a card, and say no with their status") func runs() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = try await hub.makeCard(in: project)
        let input: JSONValue = ["provider": "command", "options": ["argv": ["true"]]]
        let made = try await hub.send("POST /api/cards/\(card)/runs", input)
        #expect(made.status == 201)
        #expect(try made.data()["cardId"]?.string == card)
        _ = try await hub.send("POST /api/projects/website/runs", input)
        #expect(try await hub.send("GET /api/projects/website/runs?cardId=\(card)").data().array?.count == 1)
        #expect(try await hub.send("GET /api/projects/website/runs?status=draft,queued").data().array?.count == 2)
        #expect(try await hub.send("GET /api/projects/website/runs?status=queued&status=failed").data() == [])

        let run = try #require(try made.data()["id"]?.string)
        #expect(try await hub.send("POST /api/runs/\(run)/cancel").data()["status"] == "cancelled")
        let refused = try await hub.send("POST /api/runs/\(run)/start", [:])
        #expect(try (refused.status, refused.code()) == (409, "ILLEGAL_TRANSITION"))
        #expect(try refused.json()["currentStatus"] == "cancelled")
        for list in ["entries", "processes", "events"] {
            #expect(try await hub.send("GET /api/runs/\(run)/\(list)").status == 200)
        }
        #expect(try await hub.send("GET /api/projects/website/approvals?status=pending").data() == [])
        #expect(try await hub.send("POST /api/runs/\(run)/approve", ["decision": "approve"]).status == 409)
    }

    @Test("a change based on an old version is refused, whichever way the version comes") func versions() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let card = try await hub.makeCard(in: project)
        let path = "PATCH /api/cards/\(card)"
        let first = try await hub.send(path, ["title": "two"], headers: ["If-Match": "\"1\""])
        #expect(first.headers["ETag"] == "\"2\"")
        let late = try await hub.send(path, ["title": "other"], headers: ["If-Match": "\"1\""])
        #expect(try (late.status, late.code()) == (412, "VERSION_STALE"))
        #expect(try late.json()["currentVersion"] == 2)
        #expect(try await hub.send(path, ["title": "other", "version": 1]).status == 412)
        #expect(try await hub.send(path, ["title": "x"], headers: ["If-Match": "W/\"2\""]).status == 412)
        #expect(try await hub.send(path, ["title": "x"], headers: ["If-Match": "2"]).status == 400)
        #expect(try await hub.send(path, ["title": "x"], headers: ["If-Match": "*"]).status == 200)
        let both = try await hub.send(path, ["title": "x", "version": 2], headers: ["If-Match": "\"3\""])
        #expect(try (both.status, both.pointers()) == (422, ["/version"]))
    }

    @Test("pages follow one another without a hole", arguments: [1, 2, 3, 7]) func pages(limit: Int) async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        for number in 1...7 { _ = try await hub.makeCard("\(number)", in: project) }
        var (titles, cursor): ([String], String?) = ([], nil)
        repeat {
            let next = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await hub.send("GET /api/projects/website/cards?limit=\(limit)\(next)")
            titles += try page.data().array?.compactMap { $0["title"]?.string } ?? []
            cursor = try page.json()["meta"]?["nextCursor"]?.string
        } while cursor != nil && titles.count < 20
        #expect(titles == ["1", "2", "3", "4", "5", "6", "7"])
    }

    @Test("events are listed from a position, by kind, in pages") func events() async throws {
        let hub = try TestHub()
        let (project, _) = try await hub.makeBoard()
        let here = try #require(try await hub.send("GET /api/projects/website").headers["Roost-Position"])
        let card = try await hub.makeCard("new", in: project)
        _ = try await hub.send("PATCH /api/cards/\(card)", ["title": "newer"])
        let path = "GET /api/projects/website/events"
        let since = try await hub.send("\(path)?after=\(here)").data()
        #expect(since.array?.compactMap { $0["type"]?.string } == ["card.created", "card.updated"])
        #expect(try await hub.send("\(path)?topics=board").data().array?.count == 1)
        #expect(try await hub.send("\(path)?types=card.created,card.updated&cardId=\(card)").data() == since)
        let first = try await hub.send("\(path)?after=\(here)&limit=1")
        let next = try #require(try first.json()["meta"]?["nextCursor"]?.string)
        #expect(try await hub.send("\(path)?cursor=\(next)").data().array?.first == since.array?.last)

        let gone = try await hub.send("\(path)?after=another-1")
        #expect(try (gone.status, gone.json()["reason"]) == (410, "epoch"))
        #expect(try await hub.send("\(path)?after=\(here)999").json()["reason"] == "retention")
    }

    @Test("health is bare, and says that it is well") func health() async throws {
        let hub = try TestHub()
        let health = try await hub.send("GET /health").json()
        #expect(
            health == [
                "status": "ok", "ok": true, "ts": "2025-01-01T00:00:00.000Z", "timestamp": "2025-01-01T00:00:00.000Z",
                "version": "0.1.0",
            ])
        let info = try await hub.send("GET /api/info").data()
        #expect(info["limits"]?["titleCharactersMax"]?.integer == Int64(Limits.titleCharactersMax))
    }
}
