import Synchronization
import Testing
import Transport
import WebCodec

@Suite("Event streams", .timeLimit(.minutes(3)))
struct EventStreamTests {
    final class Ticker: OutboundHandler {
        let channel: OutboundChannel
        let ended = Gate()
        private let told = Mutex<UInt16?>(nil)

        init(_ channel: OutboundChannel) {
            self.channel = channel
        }

        var closeCode: UInt16? { told.withLock { $0 } }

        func opened() { channel.send([.events("data: 1\n\n".utf8), .events("data: 2\n\n".utf8)]) }
        func stopping() { channel.send([.events("event: done\n\n".utf8)]) }
        func closed(code: UInt16, reason: String) {
            told.withLock { $0 = code }
            ended.open()
        }
    }

    private final class Made: Sendable {
        private let tickers = Mutex<[Ticker]>([])
        var first: Ticker? { tickers.withLock { $0.first } }

        var handler: RequestHandler {
            { _ in
                Response(
                    headers: ["Content-Type": "text/event-stream"],
                    body: .eventStream { channel in
                        let ticker = Ticker(channel)
                        self.tickers.withLock { $0.append(ticker) }
                        return ticker
                    })
            }
        }
    }

    @Test("events flow until the handler ends them")
    func flow() async throws {
        let made = Made()
        let server = try TestServer(made.handler)
        try await server.talk { client in
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nstray bytes harm nobody")
            let head = try client.replyHead()
            #expect(head.header("Content-Type") == "text/event-stream")
            #expect(head.header("Transfer-Encoding") == "chunked")
            #expect(try client.chunk() == Array("data: 1\n\n".utf8))
            #expect(try client.chunk() == Array("data: 2\n\n".utf8))
            let ticker = try #require(made.first)
            ticker.channel.shard.submit { _ in
                ticker.channel.send([.events("data: 3\n\n".utf8)])
                ticker.channel.close()
            }
            #expect(try client.chunk() == Array("data: 3\n\n".utf8))
            #expect(try client.chunk() == nil)
            #expect(try client.isAtEnd())
        }
        let ticker = try #require(made.first)
        await ticker.ended.wait()
        #expect(ticker.closeCode == 1000)
    }

    @Test("a handler that does not look at what waits ends the stream, and the log names the limit")
    func overflow() async throws {
        var limits = TransportLimits()
        limits.outputByteCountMax = 100_000
        let (made, log) = (Made(), LogLines())
        let server = try TestServer(limits: limits, log: log.logger(), made.handler)
        try await server.talk { client in
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.replyHead()
            #expect(try client.chunk() == Array("data: 1\n\n".utf8))
            #expect(try client.chunk() == Array("data: 2\n\n".utf8))
            let ticker = try #require(made.first)
            ticker.channel.shard.submit { _ in
                for _ in 0..<11 { ticker.channel.send([.events([UInt8](repeating: 0x61, count: 10_000))]) }
            }
            #expect(try client.chunk() == nil)
            #expect(try client.isAtEnd())
        }
        let ticker = try #require(made.first)
        await ticker.ended.wait()
        #expect(ticker.closeCode == 4008)
        #expect(log.lines.contains { $0.hasPrefix("info ") && $0.contains("limit=outputByteCountMax") })
    }

    @Test("a client that leaves is noticed at once")
    func leaves() async throws {
        let made = Made()
        let server = try TestServer(made.handler)
        let port = server.port
        try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.replyHead()
            _ = try client.chunk()
        }
        let ticker = try #require(made.first)
        await ticker.ended.wait()
        #expect(ticker.closeCode == 1006)
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("HEAD has the head alone, HTTP/1.0 is refused")
    func withoutStream() async throws {
        let server = try TestServer(Made().handler)
        let port = server.port
        try await offPool { () throws in
            let client = try RawClient(port: port)
            try client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.reply(toHead: true).header("Content-Type") == "text/event-stream")
            #expect(try client.isAtEnd())
            let old = try RawClient(port: port)
            try old.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n")
            #expect(try old.reply().status == 505)
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a quiet stream gets a comment")
    func quiet() async throws {
        var limits = TransportLimits()
        limits.eventStreamPingSeconds = 1
        let server = try TestServer(limits: limits, Made().handler)
        try await server.talk { client in
            _ = try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.replyHead()
            for text in ["data: 1\n\n", "data: 2\n\n", ":ping\n\n"] { #expect(try client.chunk() == Array(text.utf8)) }
        }
    }

    @Test("a stop is told, and what the handler says then still arrives")
    func stop() async throws {
        let made = Made()
        let server = try TestServer(made.handler)
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.replyHead()
            return client
        }
        async let stopped: Void = server.server.stop(deadlineSeconds: 10)
        let text = try await offPool { String(decoding: try client.takeRest(), as: UTF8.self) }
        client.hangUp()
        await stopped
        #expect(text.hasSuffix("event: done\n\n\r\n0\r\n\r\n"))
        #expect(made.first?.closeCode == 1001)
    }
}
