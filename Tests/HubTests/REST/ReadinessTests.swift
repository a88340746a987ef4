import Hub
import Model
import Testing
import WebCodec

@Suite("Readiness") struct ReadinessTests {
    @Test("/ready is 503 with the reason while the hub starts or drains; /health is not moved")
    func states() async throws {
        let hub = try TestHub()
        let starting = try await hub.send("GET /ready")
        #expect(starting.status == 503 && starting.headers["Retry-After"] == "1")
        #expect(try starting.code() == "NOT_READY")
        #expect(try starting.json()["reasons"] == ["starting"])
        hub.readiness.become(.ready)
        let ready = try await hub.send("GET /ready")
        #expect(ready.status == 200)
        #expect(try ready.json() == ["ready": true])
        hub.readiness.become(.draining)
        #expect(try await hub.send("HEAD /ready").status == 503)
        #expect(try await hub.send("GET /ready").json()["reasons"] == ["draining"])
        #expect(try await hub.send("GET /health").status == 200)
        #expect(try await hub.send("POST /ready").status == 405)
    }
}
