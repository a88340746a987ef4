import Logging
import RoostTesting
import Testing
import Transport
import WebCodec

@Suite("Behind proxies", .timeLimit(.minutes(3)))
struct ProxyTests {
    /// Says back for whom it takes the request.
    private static func echo(_ request: Request) -> Response {
        let words = [request.remote.host, request.scheme ?? "-", request.host ?? "-"]
        return Response(body: .bytes(Array(words.joined(separator: " ").utf8)))
    }

    @Test(
        "a trusted proxy says who the client is, a stranger does not",
        arguments: [["127.0.0.0/8"], ["::1", "127.0.0.1"], ["10.0.0.0/8", "unix"], []])
    func believed(trusted: [String]) async throws {
        let server = try TestServer(trustedProxies: trusted) { Self.echo($0) }
        let isTrusted = trusted.contains { $0.hasPrefix("127.") }
        try await server.talk { (client) throws in
            let said = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: hub.example\r\n"
            #expect(
                try client.get("/", said).text == (isTrusted ? "192.0.2.1 https hub.example" : "127.0.0.1 - localhost"))
            let standard = "Forwarded: for=\"[2001:db8::1]:4711\";proto=http\r\n"
            #expect(
                try client.get("/", standard).text
                    == (isTrusted ? "2001:db8::1 http localhost" : "127.0.0.1 - localhost"))
            #expect(try client.get("/").text == "127.0.0.1 - localhost")
        }
    }

    @Test("what is malformed is passed over, and the log of a debugger says so")
    func malformed() async throws {
        let log = LogLines()
        var logger = log.logger()
        logger.logLevel = .debug
        let server = try TestServer(trustedProxies: ["127.0.0.1"], log: logger) { Self.echo($0) }
        try await server.talk { (client) throws in
            #expect(try client.get("/", "X-Forwarded-For: nobody\r\n").text == "127.0.0.1 - localhost")
        }
        #expect(log.lines.contains { $0.hasPrefix("debug ") && $0.contains("X-Forwarded-For is malformed") })
    }

    @Test("the limit of an address is its clients', not the proxy's; streams count, and those that nobody names too")
    func limit() async throws {
        var limits = TransportLimits()
        limits.connectionsPerAddressMax = 2
        limits.headSeconds = 600
        let server = try TestServer(limits: limits, shardCount: 2, trustedProxies: ["127.0.0.1"]) { request in
            guard request.head.path == ["stream"] else { return Self.echo(request) }
            return Response(body: .eventStream { EchoHandler($0) })
        }
        let port = server.port
        try await offPool { () throws in
            func client(_ path: String, _ address: String?) throws -> (client: RawClient, status: Int) {
                let client = try RawClient(port: port)
                let field = address.map { "X-Forwarded-For: \($0)\r\n" } ?? ""
                try client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\(field)\r\n")
                return (client, try client.replyHead().status)
            }
            let streams = try [client("/stream", "192.0.2.1"), client("/stream", "192.0.2.1")]
            #expect(streams.map(\.status) == [200, 200])
            let refused = try RawClient(port: port)
            let reply = try refused.get("/", "X-Forwarded-For: 192.0.2.1\r\n")
            #expect(reply.status == 503 && reply.text.contains("connectionsPerAddressMax (2)"))
            // The others; one connection of a proxy carries any number of them.
            let pool = try RawClient(port: port)
            for number in 2..<9 { #expect(try pool.get("/", "X-Forwarded-For: 192.0.2.\(number)\r\n").status == 200) }
            let nameless = try [client("/stream", nil), client("/stream", "nobody"), client("/stream", nil)]
            #expect(nameless.map(\.status) == [200, 200, 503])
            for stream in streams { stream.client.hangUp() }
            var status = 0
            while status != 200 { status = try client("/", "192.0.2.1").status }
            for stream in nameless { stream.client.hangUp() }
        }
        await server.server.stop(deadlineSeconds: 1)
    }
}
