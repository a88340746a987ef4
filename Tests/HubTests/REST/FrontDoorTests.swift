import Model
import Testing
import WebCodec

@testable import Hub

@Suite("Front door")
struct FrontDoorTests {
    @Test(
        "answers to loopback's names and the configured ones alone",
        arguments: [
            ("localhost", 200), ("localhost:37100", 200), ("LOCALHOST:1", 200), ("127.0.0.1:37100", 200),
            ("[::1]:37100", 200),
            ("hub.example", 200), ("evil.example", 403), ("localhost.evil.example", 403),
            ("127.0.0.1.evil.example", 403),
            ("[::2]", 403),
        ])
    func hosts(host: String, status: Int) async throws {
        let answer = try await TestHub(hosts: ["hub.example"]).send("GET /health", headers: ["Host": host])
        #expect(answer.status == status)
        if status == 403 { #expect(try answer.code() == "HOST_FORBIDDEN") }
    }

    @Test(
        "pages of strangers may not change anything",
        arguments: [
            ("POST /api/projects", "https://evil.example", 403), ("POST /api/projects", "null", 403),
            ("DELETE /api/cards/x", "http://localhost:8080", 403),
            ("POST /api/projects", "http://localhost:37100", 422),
            ("POST /api/projects", "https://board.example", 422), ("GET /api/projects", "https://evil.example", 200),
        ])
    func origins(line: String, origin: String, status: Int) async throws {
        let hub = try TestHub(origins: ["https://board.example"])
        let answer = try await hub.send(line, headers: ["Origin": origin])
        #expect(answer.status == status)
        if status == 403 { #expect(try answer.code() == "ORIGIN_FORBIDDEN") }
        #expect(answer.headers["Access-Control-Allow-Origin"] == (origin == "https://board.example" ? origin : nil))
    }

    @Test("a WebSocket of a stranger's page is refused, a program's is not") func webSocketOrigin() throws {
        let upgrade: HTTPHeaders = ["Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade"]
        let accessGuard = AccessGuard()
        #expect(throws: Never.self) { try accessGuard.check(try TestHub.head("GET /api/ws", upgrade)) }
        var fields = upgrade
        fields.append("Origin", "http://localhost")
        #expect(throws: Never.self) { try accessGuard.check(try TestHub.head("GET /api/ws", fields)) }
        fields.set("Origin", "http://evil.example")
        #expect(throws: HubError.self) { try accessGuard.check(try TestHub.head("GET /api/ws", fields)) }
    }

    @Test("a preflight of an allowed origin learns what it may do") func preflight() async throws {
        let hub = try TestHub(origins: ["https://board.example"])
        let allowed = try await hub.send("OPTIONS /api/projects", headers: ["Origin": "https://board.example"])
        #expect(allowed.status == 204)
        #expect(allowed.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST")
        #expect(allowed.headers["Access-Control-Allow-Headers"]?.contains("If-Match") == true)
        let refused = try await hub.send("OPTIONS /api/projects", headers: ["Origin": "https://evil.example"])
        #expect(refused.headers["Access-Control-Allow-Methods"] == nil)
    }

    @Test(
        "every answer carries the security fields", arguments: ["GET /", "GET /health", "GET /none", "PUT /api/info"])
    func securityHeaders(line: String) async throws {
        let headers = try await TestHub().send(line).headers
        #expect(headers["X-Content-Type-Options"] == "nosniff")
        #expect(headers["X-Frame-Options"] == "DENY")
        #expect(headers.values("Content-Security-Policy").count == 1)
        #expect(headers["Vary"] == "Origin")
    }

    @Test("the dashboard is served from memory, and kept while it is the same") func page() async throws {
        let hub = try TestHub()
        let page = try await hub.send("GET /")
        #expect((page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8"))
        #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'self'") == true)
        #expect(try await hub.send("GET /index.html").body == page.body)
        let script = try await hub.send("GET /roost-client.js")
        let tag = try #require(script.headers["ETag"])
        let again = try await hub.send("GET /roost-client.js", headers: ["If-None-Match": "\"x\", \(tag)"])
        #expect((again.status, again.body.count) == (304, 0))
        #expect(try await hub.send("GET /app").status == 404)
    }

    @Test("a problem's type leads to what it means") func problems() async throws {
        let row = try await TestHub().send("GET /problems/SHUTTING_DOWN").json()
        #expect(row == ["code": "SHUTTING_DOWN", "status": 503, "title": "The hub is shutting down", "retry": true])
    }
}
