import Testing
import WebCodec

@testable import Transport

@Suite("Deadlines", .timeLimit(.minutes(3)))
struct DeadlineTests {
    private let limits = TransportLimits()

    @Test("a wait that goes on keeps its deadline, a new one gets its own")
    func waits() {
        var deadline = Deadline(now: 1000, limits: limits)
        #expect(!deadline.isDue(at: 10_999))
        #expect(deadline.isDue(at: 11_000))
        deadline.enter(.head, now: 9_000, limits: limits)
        #expect(deadline.dueMilliseconds == 11_000)
        deadline.enter(.body, now: 10_000, limits: limits)
        #expect(deadline.dueMilliseconds == 70_000)
        deadline.enter(.none, now: 20_000, limits: limits)
        #expect(!deadline.isDue(at: 1 << 60))
        deadline.enter(.idle, now: 30_000, limits: limits)
        #expect(deadline.dueMilliseconds == 105_000)
    }
}

@Suite("Time limits over a socket", .timeLimit(.minutes(3)))
struct TimeLimitTests {
    private static func server(_ change: (inout TransportLimits) -> Void) throws -> TestServer {
        var limits = TransportLimits()
        change(&limits)
        return try TestServer(limits: limits) { _ in Response() }
    }

    @Test("a head that does not come to its end gets 408", arguments: ["GET / HT", "GET / HTTP/1.1\r\nHost: h\r\n"])
    func slowHead(text: String) async throws {
        let server = try Self.server { $0.headSeconds = 1 }
        try await server.talk { client in
            try client.send(text)
            let reply = try client.reply()
            #expect(reply.status == 408 && reply.text.contains("headSeconds (1)"))
            #expect(try client.isAtEnd())
        }
    }

    @Test("a body that does not come to its end gets 408")
    func slowBody() async throws {
        let server = try Self.server { $0.bodySeconds = 1 }
        try await server.talk { client in
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
            let reply = try client.reply()
            #expect(reply.status == 408 && reply.text.contains("bodySeconds (1)"))
            #expect(try client.isAtEnd())
        }
    }

    @Test("the silent are closed without a word: new ones and those between requests")
    func silent() async throws {
        let newcomers = try Self.server { $0.headSeconds = 1 }
        try await newcomers.talk { (client) throws in #expect(try client.isAtEnd()) }
        let idlers = try Self.server { $0.idleSeconds = 1 }
        try await idlers.talk { (client) throws in
            #expect(try client.get("/").status == 200)
            #expect(try client.isAtEnd())
        }
    }

    @Test("a peer that does not close after us is cut")
    func lingering() async throws {
        let server = try Self.server { $0.lingerSeconds = 1 }
        let port = server.port
        let client = try await offPool { () throws in
            let client = try RawClient(port: port)
            #expect(try client.get("/", "Connection: close\r\n").status == 200)
            #expect(try client.isAtEnd())
            return client
        }
        // Returns when the connection is gone; the deadline is far away.
        await server.server.stop(deadlineSeconds: 120)
        client.hangUp()
    }

    @Test("a peer that takes nothing of its answer is cut, and the log names the limit")
    func stalled() async throws {
        let log = LogLines()
        var limits = TransportLimits()
        limits.stallSeconds = 1
        let server = try TestServer(limits: limits, log: log.logger()) { _ in
            Response(body: .bytes([UInt8](repeating: 0, count: 32 << 20)))
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            // The answer has begun: a server that stops does not wait for requests that have not come.
            _ = try client.take(through: "\r\n\r\n")
            return client
        }
        // Returns when the connection is gone; the deadline is far away.
        await server.server.stop(deadlineSeconds: 60)
        let count = try await offPool { try client.takeRest().count }
        #expect(count < 32 << 20)
        #expect(log.lines.contains { $0.hasPrefix("info ") && $0.contains("limit=stallSeconds") })
    }
}
