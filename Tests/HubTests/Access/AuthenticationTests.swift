import Journal
import Model
import RoostTesting
import Testing
import WebCodec
import Wire

@testable import Hub

@Suite("Tokens over REST") struct AuthenticationTests {
    private func bearer(_ secret: String) -> HTTPHeaders { ["Authorization": "Bearer \(secret)"] }

    /// - Returns: the first administrator's secret.
    private func setUp(_ hub: TestHub) async throws -> String {
        let made = try await hub.send("POST /api/auth/setup", ["name": "ada"])
        #expect(made.status == 201)
        return try #require(try made.data()["secret"]?.string)
    }

    @Test("a hub without users asks nobody; from the first user on everybody is asked") func setup() async throws {
        let hub = try TestHub()
        #expect(try await hub.send("GET /api/projects").status == 200)
        let me = try await hub.send("GET /api/me").data()
        #expect(me["actor"]?["id"] == "local")
        #expect(me["user"] == nil)

        let secret = try await setUp(hub)
        let refused = try await hub.send("GET /api/projects")
        #expect(try (refused.status, refused.code()) == (401, "UNAUTHENTICATED"))
        #expect(refused.headers["WWW-Authenticate"] == #"Bearer realm="roost""#)
        #expect(try await hub.send("GET /api/projects", headers: bearer(secret)).status == 200)
        #expect(try await hub.send("GET /api/me", headers: bearer(secret)).data()["user"]?["name"] == "ada")
        for line in ["GET /health", "GET /", "GET /problems/FORBIDDEN"] {
            #expect(try await hub.send(line).status == 200, "\(line)")
        }
        let again = try await hub.send("POST /api/auth/setup", ["name": "bob"])
        #expect(try (again.status, again.code()) == (409, "ALREADY_EXISTS"))
    }

    @Test("a wrong token is told so", arguments: ["Bearer rst_wrong", "Bearer ", "Basic YTpi", "bearer"])
    func wrong(field: String) async throws {
        let hub = try TestHub()
        _ = try await setUp(hub)
        let answer = try await hub.send("GET /api/info", headers: ["Authorization": field])
        #expect(try (answer.status, answer.json()["reason"]) == (401, "unknown"))
        #expect(answer.headers["WWW-Authenticate"] == #"Bearer realm="roost", error="invalid_token""#)
        #expect(try await hub.send("GET /health", headers: ["Authorization": field]).status == 200)
    }

    @Test("no secret is told twice, or kept") func secrets() async throws {
        let hub = try TestHub()
        let refused = try await hub.send("POST /api/auth/setup", ["name": "ada"], headers: ["Idempotency-Key": "k"])
        #expect(refused.status == 400)
        let secret = try await setUp(hub)
        let list = try await hub.send("GET /api/tokens", headers: bearer(secret))
        #expect(try list.data().array?.count == 1)
        #expect(!String(decoding: list.body, as: UTF8.self).contains("rst_"))
        guard
            case .page(let events, _, _) = try await hub.journal.events(
                in: .hub, after: 0, limit: 99, byteCountMax: .max)
        else { return #expect(Bool(false), "the hub's events are gone") }
        #expect(events.count == 2)
        let hash = TokenSecret(secret).hash.map { String($0) }.joined(separator: ",")
        for event in events {
            let text = String(decoding: event.payload, as: UTF8.self)
            #expect(!text.contains("rst_") && !text.contains(hash), "\(text)")
        }
    }

    @Test("a token reaches no further than the one that made it") func narrowing() async throws {
        let hub = try TestHub()
        let secret = try await setUp(hub)
        let project = try await hub.makeProject()
        let narrow = try await hub.send(
            "POST /api/tokens",
            [
                "name": "ci", "abilities": ["token:write", "project:read"], "projects": [.string(project.id.rawValue)],
                "expiresAt": .string(hub.clock.now().adding(milliseconds: 60_000).description),
            ], headers: bearer(secret)
        ).data()
        let ci = try #require(narrow["secret"]?.string)
        for (member, value) in [
            ("abilities", ["board:write"] as JSONValue), ("projects", ["prj_00000000000000000000000000"]),
            ("expiresAt", .string(hub.clock.now().adding(milliseconds: 60_001).description)),
        ] {
            let answer = try await hub.send("POST /api/tokens", ["name": "x", member: value], headers: bearer(ci))
            #expect(answer.status == 403, "\(member)")
        }
        let child = try await hub.send("POST /api/tokens", ["name": "y"], headers: bearer(ci)).data()["token"]
        for member in ["abilities", "projects", "expiresAt"] {
            #expect(child?[member] != nil && child?[member] == narrow["token"]?[member], "\(member)")
        }
        let own = try #require(narrow["token"]?["id"]?.string)
        let widened = try await hub.send("PATCH /api/tokens/\(own)", ["abilities": ["git:merge"]], headers: bearer(ci))
        #expect(widened.status == 403)
        #expect(try await hub.send("GET /api/users", headers: bearer(ci)).status == 403)
    }

    @Test("a revoked token is unknown at once, and other people's are not to be seen") func revoked() async throws {
        let hub = try TestHub()
        let root = try await setUp(hub)
        let user = try await hub.send("POST /api/users", ["name": "bob"], headers: bearer(root)).data()
        let made = try await hub.send(
            "POST /api/tokens", ["name": "laptop", "userId": user["id"] ?? .null], headers: bearer(root)
        ).data()
        let (bob, id) = (try #require(made["secret"]?.string), try #require(made["token"]?["id"]?.string))
        #expect(try await hub.send("GET /api/me", headers: bearer(bob)).data()["user"]?["name"] == "bob")
        let rootToken = try await hub.send("GET /api/tokens", headers: bearer(root)).data().array?.first?["id"]?.string
        let other = try await hub.send("DELETE /api/tokens/\(rootToken ?? "")", headers: bearer(bob))
        #expect(try (other.status, other.code()) == (404, "TOKEN_NOT_FOUND"))
        #expect(try await hub.send("DELETE /api/tokens/\(id)", headers: bearer(bob)).status == 204)
        #expect(try await hub.send("GET /api/me", headers: bearer(bob)).status == 401)
    }

    @Test("the last administrator stays one") func lastAdmin() async throws {
        let hub = try TestHub()
        let root = try await setUp(hub)
        let id = try await hub.send("GET /api/me", headers: bearer(root)).data()["user"]?["id"]?.string ?? ""
        for change in [["role": "member"], ["status": "disabled"]] as [JSONValue] {
            let answer = try await hub.send("PATCH /api/users/\(id)", change, headers: bearer(root))
            #expect(try (answer.status, answer.code()) == (409, "LAST_ADMIN"))
        }
        _ = try await hub.send("POST /api/users", ["name": "eve", "role": "admin"], headers: bearer(root))
        #expect(
            try await hub.send("PATCH /api/users/\(id)", ["role": "member"], headers: bearer(root)).status == 200)
        #expect(try await hub.send("GET /api/users", headers: bearer(root)).status == 403)
    }

    @Test("limits are named by the error that they cause") func limits() async throws {
        let hub = try TestHub()
        let root = try await setUp(hub)
        for number in 1..<Limits.tokensPerUserMax {
            let made = try await hub.send("POST /api/tokens", ["name": "\(number)".json], headers: bearer(root))
            #expect(made.status == 201)
        }
        let answer = try await hub.send("POST /api/tokens", ["name": "more"], headers: bearer(root))
        #expect(try answer.json()["limit"] == "tokensPerUserMax")
    }
}

extension String {
    fileprivate var json: JSONValue { .string(self) }
}
