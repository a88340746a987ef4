import Dashboard
import Model
import RoostTesting
import Synchronization
import Testing
import Transport
import WebCodec

@testable import Hub

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

    @Test("while the hub starts, /ready is answered, and other requests wait for what they need")
    func waiting() async throws {
        let hub = try TestHub()
        let (rooms, readiness) = (Promise<FrontDoor.Rooms>(), Readiness())
        let door = FrontDoor(
            accessGuard: AccessGuard(hosts: [], origins: []),
            page: StaticPage(try Dashboard.load(), now: hub.clock.now()),
            readiness: readiness, rooms: rooms)
        let answered = Mutex(false)
        let health = try TestHub.head("GET /health", ["Host": "localhost:1"])
        async let waiting = {
            let response = await door.respond(to: TestHub.request(health)) { _, _ in nil }
            answered.withLock { $0 = true }
            return response.status
        }()
        let ready = try TestHub.head("GET /ready", ["Host": "localhost:1"])
        #expect(await door.respond(to: TestHub.request(ready)) { _, _ in nil }.status == 503)
        #expect(!answered.withLock { $0 })
        rooms.keep(hub.rooms)
        #expect(await waiting == 200)
    }
}
