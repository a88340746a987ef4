import Logging
import Synchronization
import Testing
import Transport
import WebCodec

@Suite("Drain", .timeLimit(.minutes(3)))
struct DrainTests {
    /// `/ws` echoes, `/slow` waits for the gate, the rest answers.
    private static func server(
        port: UInt16 = 0, _ limits: TransportLimits, _ begun: Gate, _ gate: Gate
    ) throws -> TestServer {
        try TestServer(port: port, limits: limits, shardCount: 2) { request in
            switch request.head.target {
            case "/ws": return Response(body: .webSocket { EchoHandler($0) })
            case "/slow":
                begun.open()
                await gate.wait()
                return Response(body: .bytes(Array("done".utf8)))
            default: return Response(body: .bytes(Array("quick".utf8)))
            }
        }
    }

    /// On a port that the kernel gives to nobody who does not ask for it (it gives those from 32,768 on): once the server has
    /// let go of it, no other test has it.
    private static func serverAlone(_ limits: TransportLimits, _ begun: Gate, _ gate: Gate) throws -> TestServer {
        func started() throws -> TestServer { try server(port: .random(in: 20_000..<32_000), limits, begun, gate) }
        for _ in 0..<100 {
            // Some other program may have it.
            do { return try started() } catch TransportError.cannotListen {}
        }
        return try started()
    }

    private static func sockets(_ count: Int, port: UInt16) throws -> [RawClient] {
        let clients = try (0..<count).map { _ in try RawClient(port: port) }
        for client in clients { try client.send("GET /ws HTTP/1.1\r\nHost: h\r\n\(RawClient.upgradeHeaders)\r\n") }
        for client in clients { #expect(try client.replyHead().status == 101) }
        return clients
    }

    @Test("idle connections go at once, requests are answered, and streams go one after the other meanwhile served")
    func paced() async throws {
        var limits = TransportLimits()
        // 400 streams on two shards: the last one's turn is minutes away.
        limits.drainPacePerSecond = 1
        limits.headSeconds = 300  // one head takes as long as 400 connections
        let (begun, gate) = (Gate(), Gate())
        let server = try Self.serverAlone(limits, begun, gate)
        let port = server.port
        let (idle, slow, late, sockets) = try await offPool {
            let (idle, slow, late) = (try RawClient(port: port), try RawClient(port: port), try RawClient(port: port))
            #expect(try idle.get("/").text == "quick")
            try slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
            let sockets = try Self.sockets(400, port: port)
            try late.send("GET / HTTP/1.1\r\nHo")
            return (idle, slow, late, sockets)
        }
        await begun.wait()
        try await server.stop(deadlineSeconds: 3_600, clients: sockets + [idle, slow, late]) { () throws in
            #expect(try idle.isAtEnd())
            // What has begun to come is still taken.
            try late.send("st: h\r\n\r\n")
            #expect(try late.reply().text == "quick")
            #expect(throws: (any Error).self) { try RawClient(port: port) }
            #expect(try sockets[0].frame().closeCode == 1001)
            try sockets[399].sendText("still here")
            #expect(try sockets[399].frame().text == "still here")
            gate.open()
            let reply = try slow.reply()
            #expect(reply.text == "done" && reply.header("Connection") == "close")
        }
    }

    @Test("a thousand sockets are told and end before the deadline")
    func many() async throws {
        var limits = TransportLimits()
        limits.drainPacePerSecond = 2_000
        limits.headSeconds = 300
        let server = try Self.server(limits, Gate(), Gate())
        let port = server.port
        let sockets = try await offPool { try Self.sockets(1_000, port: port) }
        try await server.stop(deadlineSeconds: 3_600, clients: sockets) { () throws in
            for socket in sockets {
                #expect(try socket.frame().closeCode == 1001)
                try socket.sendFrame(.close, [3, 0xE9])
                #expect(try socket.isAtEnd())
                socket.hangUp()
            }
        }
    }

    @Test("what does not end is cut at the deadline, also when the pace is too slow for it")
    func cut() async throws {
        var limits = TransportLimits()
        limits.drainPacePerSecond = 1
        limits.closeSeconds = 300
        limits.headSeconds = 300
        let server = try Self.server(limits, Gate(), Gate())
        let port = server.port
        let sockets = try await offPool { try Self.sockets(50, port: port) }
        await server.server.stop(deadlineSeconds: 2)
        try await offPool { () throws in
            for socket in sockets {
                #expect(try socket.frame().closeCode == 1001)
                #expect(try socket.isAtEnd())
                socket.hangUp()
            }
        }
    }

    /// Is gone as soon as it hears that the server stops.
    private final class Leaving: WebSocketHandler {
        let shard: Shard
        let client: Mutex<RawClient?> = Mutex(nil)
        let isOver = Mutex(false)
        let ended = Gate()

        init(_ channel: OutboundChannel) { shard = channel.shard }

        /// Gives the loop more to do than it does in one turn.
        func keepBusy() {
            shard.submit { _ in if !self.isOver.withLock({ $0 }) { self.keepBusy() } }
        }

        func received(_ message: WebSocketMessage) {}
        func stopping() { client.withLock { $0.take() }?.vanish() }
        func closed(code: UInt16, reason: String) { ended.open() }
    }

    @Test("a stop ends though the last connection does while it begins")
    func last() async throws {
        // In one of four the loop turns between the two.
        for _ in 0..<16 {
            let handler = Mutex<Leaving?>(nil)
            let server = try TestServer { _ in
                Response(
                    body: .webSocket { channel in
                        let leaving = Leaving(channel)
                        handler.withLock { $0 = leaving }
                        return leaving
                    })
            }
            let port = server.port
            let client = try await offPool {
                let client = try RawClient(port: port)
                try client.upgrade("/")
                return client
            }
            let leaving = try #require(handler.withLock { $0 })
            leaving.client.withLock { $0 = client }
            leaving.keepBusy()
            await server.server.stop(deadlineSeconds: 3_600)
            await leaving.ended.wait()
            leaving.isOver.withLock { $0 = true }
        }
    }
}
