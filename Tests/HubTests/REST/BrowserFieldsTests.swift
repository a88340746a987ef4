import Model
import Testing
import WebCodec

@testable import Hub

/// What answers tell browsers: whom they are for, and what may be done with them.
@Suite("Browser fields")
struct BrowserFieldsTests {
    private static let allowed = "https://board.example"

    /// One of each kind: page, script, answer, created, no content, unchanged, and every sort of refusal.
    static let lines = [
        "GET /", "GET /app/main.js", "GET /favicon.svg", "HEAD /", "GET /health", "GET /api/projects", "OPTIONS /",
        "OPTIONS /api/projects", "GET /none", "PUT /api/info", "POST /api/projects", "GET /problems/INTERNAL",
        "GET /api/projects?limit=0",
    ]

    private func isGuarded(_ headers: HTTPHeaders) -> Bool {
        headers.values("X-Content-Type-Options") == ["nosniff"] && headers.values("X-Frame-Options") == ["DENY"]
            && headers.values("Referrer-Policy") == ["no-referrer"]
            && headers.values("Cross-Origin-Resource-Policy") == ["same-origin"]
            && headers.values("Cross-Origin-Opener-Policy") == ["same-origin"]
            && headers.values("Vary").count == 1 && headers.list("Vary").contains("Origin")
            && headers["Permissions-Policy"]?.contains("microphone=()") == true
            && headers.values("Content-Security-Policy").count == 1
            && headers["Content-Security-Policy"]?.contains("frame-ancestors 'none'") == true
    }

    @Test("every answer carries the security fields, each once", arguments: lines) func everyAnswer(line: String)
        async throws
    {
        let hub = try TestHub()
        #expect(isGuarded(try await hub.send(line).headers))
        // Refusals too, and to whoever asks.
        let refused = try await hub.send(line, headers: ["Host": "evil.example", "Origin": "https://evil.example"])
        #expect(refused.status == 403)
        #expect(isGuarded(refused.headers))
    }

    @Test("an answer that is no page may do nothing; a page only what comes from the hub")
    func policies() async throws {
        let hub = try TestHub()
        let answer = try await hub.send("GET /api/info").headers["Content-Security-Policy"]
        #expect(answer == "default-src 'none'; frame-ancestors 'none'")
        let policy = try #require(try await hub.send("GET /").headers["Content-Security-Policy"])
        let directives = policy.split(separator: "; ").map(String.init)
        for directive in [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        ] {
            #expect(directives.contains(directive))
        }
        for word in ["unsafe", "*", "data:", "blob:", "http"] { #expect(!policy.contains(word)) }
    }

    @Test("a page that has not changed keeps the policy that it came with")
    func policyOfKept() async throws {
        let hub = try TestHub()
        let tag = try #require(try await hub.send("GET /").headers["ETag"])
        let again = try await hub.send("GET /", headers: ["If-None-Match": tag])
        #expect(again.status == 304)
        #expect(again.headers["Content-Security-Policy"] == nil)
    }

    @Test("a preflight of an allowed origin learns what it may do") func preflight() async throws {
        let hub = try TestHub(origins: [Self.allowed])
        let headers = try await hub.send(
            "OPTIONS /api/projects",
            headers: [
                "Origin": Self.allowed, "Access-Control-Request-Method": "POST", "Sec-Fetch-Site": "cross-site",
            ]
        ).headers
        #expect(headers["Access-Control-Allow-Origin"] == Self.allowed)
        #expect(headers["Access-Control-Allow-Credentials"] == "true")
        #expect(headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST")
        #expect(headers["Access-Control-Max-Age"] == "600")
        #expect(headers["Vary"] == "Origin")
        let accepted = headers.list("Access-Control-Allow-Headers")
        for name in [
            "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "If-Range",
            "Last-Event-ID",
            "Range", "X-Request-Id",
        ] {
            #expect(accepted.contains(name))
        }
    }

    @Test("a page of an allowed origin reads the fields that matter, of answers and of refusals")
    func exposed() async throws {
        let hub = try TestHub(origins: [Self.allowed])
        for line in ["GET /api/projects", "GET /none", "POST /api/projects"] {
            let headers = try await hub.send(line, headers: ["Origin": Self.allowed]).headers
            #expect(headers["Access-Control-Allow-Origin"] == Self.allowed)
            #expect(headers["Cross-Origin-Resource-Policy"] == "cross-origin")
            let exposed = headers.list("Access-Control-Expose-Headers")
            for name in [
                "Accept-Ranges", "Content-Range", "ETag", "Location", "Retry-After", "Roost-Position", "X-Request-Id",
            ] {
                #expect(exposed.contains(name))
            }
        }
    }

    @Test(
        "to all others no word is said, not even to the hub's own pages, which need none",
        arguments: ["https://evil.example", "null", "http://localhost:37100", "http://board.example", "*"])
    func others(origin: String) async throws {
        let hub = try TestHub(origins: [Self.allowed])
        for line in ["OPTIONS /api/projects", "GET /api/projects", "POST /api/projects", "GET /"] {
            let headers = try await hub.send(line, headers: ["Origin": origin]).headers
            #expect(!headers.fields.contains { $0.name.hasPrefix("Access-Control-") })
            #expect(isGuarded(headers))
        }
    }

    @Test("a browser's refusal is a problem that says which list to look at") func refusals() async throws {
        let hub = try TestHub()
        let origin = try await hub.send("POST /api/projects", headers: ["Origin": "https://evil.example"])
        #expect(try (origin.status, origin.code()) == (403, "ORIGIN_FORBIDDEN"))
        #expect(try origin.json()["detail"]?.string?.contains("`origins`") == true)
        let site = try await hub.send("POST /api/projects", headers: ["Sec-Fetch-Site": "cross-site"])
        #expect(try (site.status, site.code()) == (403, "ORIGIN_FORBIDDEN"))
        let host = try await hub.send("GET /", headers: ["Host": "evil.example"])
        #expect(try (host.status, host.code()) == (403, "HOST_FORBIDDEN"))
        #expect(try host.json()["detail"]?.string?.contains("`hosts`") == true)
    }
}
