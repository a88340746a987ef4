import Testing

@testable import Transport

@Suite("Connections that wait for a request")
struct IdleConnectionsTests {
    private func key(_ port: UInt16, name: String = "h") -> IdleConnections.Key {
        var server = ServerEndpoint(host: "127.0.0.1", port: port)
        server.name = name
        return IdleConnections.Key(server)
    }

    private func connections(perServer: Int, all: Int) -> IdleConnections {
        var limits = HTTPClientLimits()
        (limits.idleConnectionsPerServerMax, limits.idleConnectionsMax) = (perServer, all)
        return IdleConnections(limits: limits)
    }

    @Test("the one that has waited the shortest is taken, once, and by requests to its own server alone")
    func taking() throws {
        let certificates = try TestCertificates.shared.get()
        var idle = connections(perServer: 4, all: 4)
        #expect(idle.keep(1, for: key(1)) == nil)
        #expect(idle.keep(2, for: key(1)) == nil)
        #expect(idle.keep(3, for: key(2)) == nil)
        #expect(idle.take(for: key(3)) == nil)
        #expect(idle.take(for: key(1, name: "other")) == nil)
        let secure = ServerEndpoint(host: "127.0.0.1", port: 1, tls: try certificates.client())
        #expect(idle.take(for: IdleConnections.Key(secure)) == nil)
        #expect(idle.take(for: key(1)) == 2)
        idle.forget(1)
        #expect(idle.take(for: key(1)) == nil)
        #expect(idle.take(for: key(2)) == 3)
    }

    @Test("beyond idleConnectionsPerServerMax and idleConnectionsMax the one that has waited longest makes room")
    func limits() {
        var idle = connections(perServer: 2, all: 3)
        #expect(idle.keep(1, for: key(1)) == nil)
        #expect(idle.keep(2, for: key(2)) == nil)
        #expect(idle.keep(3, for: key(2)) == nil)
        #expect(idle.keep(4, for: key(2)) == 2)
        #expect(idle.keep(5, for: key(3)) == 1)
        var none = connections(perServer: 0, all: 3)
        #expect(none.keep(1, for: key(1)) == 1)
    }
}
