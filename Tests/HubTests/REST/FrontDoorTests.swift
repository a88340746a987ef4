import Model
import Testing
import WebCodec

@testable import Hub

@Suite("Front door")
struct FrontDoorTests {
    @Test("the dashboard is served from memory, and kept while it is the same") func page() async throws {
        let hub = try TestHub()
        let page = try await hub.send("GET /")
        #expect((page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8"))
        #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'none'") == true)
        #expect(try await hub.send("GET /index.html").body == page.body)
        #expect(try await hub.send("GET /app").status == 404)
    }

    @Test("a problem's type leads to what it means") func problems() async throws {
        let row = try await TestHub().send("GET /problems/SHUTTING_DOWN").json()
        #expect(row == ["code": "SHUTTING_DOWN", "status": 503, "title": "The hub is shutting down", "retry": true])
    }
}
