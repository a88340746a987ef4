import Model
import Journal
import Testing
import WebCodec
import Wire

@testable import Hub

@Suite("REST door: refusals")
struct RefusalTests {
    static let missing: [(String, String)] = [
        ("GET /api/nothing", "ROUTE_NOT_FOUND"), ("GET /api/projects/", "ROUTE_NOT_FOUND"),
        ("GET /api/cards//move", "ROUTE_NOT_FOUND"), ("POST /nowhere", "ROUTE_NOT_FOUND"),
        ("GET /problems/NO_SUCH_CODE", "ROUTE_NOT_FOUND"), ("GET /app/none.js", "ROUTE_NOT_FOUND"),
        ("GET /api/projects/none", "PROJECT_NOT_FOUND"), ("GET /api/projects/none/cards", "PROJECT_NOT_FOUND"),
        ("GET /api/projects/prj_00000000000000000000000000/cards", "PROJECT_NOT_FOUND"),
        ("DELETE /api/projects/prj_00000000000000000000000000", "PROJECT_NOT_FOUND"),
        ("GET /api/boards/1", "BOARD_NOT_FOUND"), ("GET /api/columns/brd_1", "COLUMN_NOT_FOUND"),
        ("GET /api/cards/%20", "CARD_NOT_FOUND"), ("DELETE /api/cards/x", "CARD_NOT_FOUND"),
        ("GET /api/cards/crd_00000000000000000000000000", "CARD_NOT_FOUND"),
        ("POST /api/runs/run_00000000000000000000000000/start", "RUN_NOT_FOUND"),
        ("GET /api/runs/x/entries", "RUN_NOT_FOUND"), ("GET /api/approvals/x", "APPROVAL_NOT_FOUND"),
    ]

    @Test("what is not there is 404, with the code of its kind", arguments: missing)
    func notFound(line: String, code: String) async throws {
        let answer = try await TestHub().send(line)
        #expect(try (answer.status, answer.code()) == (404, code))
    }

    @Test(
        "a method that a path does not have is 405 with Allow",
        arguments: [
            ("PUT /api/projects", "GET, HEAD, OPTIONS, POST"), ("POST /health", "GET, HEAD, OPTIONS"),
            ("DELETE /api/cards/x/move", "OPTIONS, POST"),
            ("POST /index.html", "GET, HEAD, OPTIONS"), ("DELETE /problems/INTERNAL", "GET, HEAD, OPTIONS"),
        ])
    func wrongMethod(line: String, allow: String) async throws {
        let answer = try await TestHub().send(line)
        #expect(try (answer.status, answer.code()) == (405, "METHOD_NOT_ALLOWED"))
        #expect(answer.headers["Allow"] == allow)
    }

    @Test(
        "OPTIONS says what a path has",
        arguments: [
            ("OPTIONS /api/cards/x", "DELETE, GET, HEAD, OPTIONS, PATCH"), ("OPTIONS /", "GET, HEAD, OPTIONS"),
        ])
    func options(line: String, allow: String) async throws {
        let answer = try await TestHub().send(line)
        #expect((answer.status, answer.headers["Allow"]) == (204, allow))
    }

    @Test("HEAD is answered as GET is") func head() async throws {
        let hub = try TestHub()
        _ = try await hub.makeProject()
        let answer = try await hub.send("HEAD /api/projects/website")
        #expect(answer.status == 200)
        #expect(answer.headers["ETag"] == "\"1\"")
    }

    @Test("a body that is not JSON is 400 and names the place") func malformed() async throws {
        let answer = try await TestHub().send("POST /api/projects", bytes: Array("{\n  \"path\": }".utf8))
        #expect(try (answer.status, answer.code()) == (400, "MALFORMED_JSON"))
        let problem = try answer.json()
        #expect([problem["line"], problem["column"], problem["offset"]] == [2, 11, 12])
    }

    @Test("everything that is wrong with an input is named at once") func validation() async throws {
        let hub = try TestHub()
        _ = try await hub.makeProject()
        let answer = try await hub.send(
            "POST /api/projects/website/cards",
            ["prompt": 1, "labels": ["", "ok"], "columnId": "brd_x", "colour": "red", "nul": "\u{0}"])
        #expect(answer.status == 422)
        #expect(try answer.pointers() == ["/title", "/prompt", "/columnId", "/labels/0", "/colour", "/nul"])
    }

    static let invalid: [(String, JSONValue?, [String])] = [
        ("GET /api/projects?limit=0&colour=red&status=odd", nil, ["/status", "/limit", "/colour"]),
        ("GET /api/projects?limit=201", nil, ["/limit"]), ("GET /api/projects?limit=ten", nil, ["/limit"]),
        ("GET /api/projects?limit=1&limit=2", nil, ["/limit"]), ("GET /api/projects?cursor=x", nil, ["/cursor"]),
        ("GET /api/projects/website/cards?cursor=a-b-c", nil, ["/cursor"]),
        ("GET /api/projects/website/runs?status=draft,odd", nil, ["/status/1"]),
        ("GET /api/projects/website/events?after=7", nil, ["/after"]),
        ("GET /api/projects/website/events?limit=501", nil, ["/limit"]),
        ("POST /api/projects?dry=1", ["path": "/srv/x"], ["/dry"]),
        ("POST /api/projects", nil, ["/path"]), ("POST /api/projects", [], [""]),
        ("POST /api/projects", ["path": "x", "slug": "A b"], ["/path", "/slug"]),
        ("POST /api/cards/a/move", ["card": "b", "columnId": "c"], ["/card"]),
        (
            "POST /api/projects/website/runs", ["provider": "hal", "options": ["shell": "x"]],
            ["/provider", "/options/shell"]
        ),
        ("PATCH /api/columns/x", ["wipLimit": 0], ["/wipLimit"]),
        ("POST /api/runs/x/messages", ["text": " \n"], ["/text"]),
        ("POST /api/approvals/x/answer", ["decision": "maybe", "answers": ["q": 1]], ["/decision", "/answers/q"]),
    ]

    @Test("inputs are held against their schema, wherever they come in", arguments: invalid)
    func refuses(line: String, body: JSONValue?, pointers: [String]) async throws {
        let hub = try TestHub()
        _ = try await hub.makeProject()
        let answer = try await hub.send(line, body)
        #expect(try (answer.status, answer.code()) == (422, "VALIDATION_FAILED"))
        #expect(try answer.pointers() == pointers)
    }

    @Test(
        "a body is application/json in UTF-8, and stands where it belongs",
        arguments: [
            ("POST /api/projects", "text/plain", 415), ("POST /api/projects", "application/x-www-form-urlencoded", 415),
            ("POST /api/projects", "application/json; charset=latin1", 415),
            ("POST /api/projects", "application/json; charset=\"UTF-8\"", 422),
            ("PATCH /api/projects/x", "application/merge-patch+json", 404),
            ("GET /api/projects", "application/json", 400),
            ("DELETE /api/projects/x", "application/json", 400),
        ])
    func mediaTypes(line: String, type: String, status: Int) async throws {
        #expect(try await TestHub().send(line, [:], headers: ["Content-Type": type]).status == status)
    }

    @Test(
        "Accept is respected",
        arguments: [
            ("*/*", 200), ("application/*;q=0.1", 200), ("text/html, application/json", 200), ("text/html", 406),
            ("application/json;q=0, */*", 406), ("text/html;q=1, */*;q=0", 406),
        ])
    func accept(accept: String, status: Int) async throws {
        #expect(try await TestHub().send("GET /api/info", headers: ["Accept": accept]).status == status)
    }

    @Test("limits are named by the error that they cause") func limits() async throws {
        let hub = try TestHub()
        _ = try await hub.makeProject()
        let long = String(repeating: "x", count: Limits.titleCharactersMax)
        let path = "POST /api/projects/website/boards"
        #expect(
            try await hub.send(path, ["name": .string(String(long.prefix(Limits.nameCharactersMax)))]).status == 201)
        let answer = try await hub.send(path, ["name": .string(long)])
        #expect(try answer.json()["detail"]?.string?.contains("nameCharactersMax") == true)
    }

    @Test("what nobody foresaw is 500, and tells nothing") func unforeseen() async throws {
        let hub = try TestHub()
        await hub.journal.close()
        let closed = try await hub.send("GET /api/projects")
        #expect(try (closed.status, closed.code()) == (503, "SHUTTING_DOWN"))
        #expect(closed.headers["Retry-After"] != nil)

        struct Secret: Error { let password = "hunter2" }
        let broken = Operation("broken", .get("/broken"), summary: "", ability: nil) { _ in throw Secret() }
        await #expect {
            try await hub.operations.call(broken, [:], by: .local)
        } throws: { error in
            (error as? HubError)?.code == .internal && !"\(error)".contains("hunter2")
        }
    }

    @Test("a caller without the ability is refused before anything is looked at") func abilities() async throws {
        let hub = try TestHub()
        let caller = Caller(.local, .local, Rights(hub: [], everywhere: [.projectRead]))
        await #expect { try await hub.operations.call("cards.delete", [:], by: caller) } throws: { error in
            (error as? HubError)?.code == .forbidden
        }
        await #expect { try await hub.operations.call("cards.fold", [:], by: caller) } throws: { error in
            (error as? HubError)?.code == .operationNotFound
        }
    }
}
