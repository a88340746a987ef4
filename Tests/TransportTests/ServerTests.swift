import Foundation
import Logging
import RoostTesting
import Testing
import Transport
import WebCodec

@Suite("Server", .timeLimit(.minutes(3)))
struct ServerTests {
    /// Takes the only two places; a third connection is refused with these words.
    private static func fill(
        _ port: UInt16, untilRefusedBy words: [String]
    ) throws -> (first: RawClient, second: RawClient) {
        let (first, second) = (try RawClient(port: port), try RawClient(port: port))
        for client in [first, second] {
            let reply = try client.get("/")
            #expect(reply.status == 200)
        }
        let third = try RawClient(port: port)
        let reply = try third.reply()
        #expect(reply.status == 503 && reply.header("Retry-After") == "5")
        for word in words { #expect(reply.text.contains(word)) }
        let isAtEnd = try third.isAtEnd()
        #expect(isAtEnd)
        return (first, second)
    }

    @Test("connections above the limit get 503 and when to come again")
    func full() async throws {
        var limits = TransportLimits()
        limits.connectionCountMax = 2
        limits.headSeconds = 600  // who is let in and has not asked yet must not be cut on a busy machine
        let server = try TestServer(limits: limits) { _ in Response() }
        let port = server.port
        try await offPool { () throws in
            let held = try Self.fill(port, untilRefusedBy: ["connectionCountMax"])
            held.second.hangUp()
            // Their places come free when the server has noticed; until then it may also close without a word.
            var status = 0
            while status != 200 {
                do { status = try RawClient(port: port).get("/").status } catch is RawClient.Failure { continue }
            }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("connections of one address above its limit get 503, whatever shards they come to", arguments: [1, 3])
    func fullAddress(shardCount: Int) async throws {
        let log = LogLines()
        var limits = TransportLimits()
        limits.connectionsPerAddressMax = 2
        limits.headSeconds = 600
        let server = try TestServer(limits: limits, shardCount: shardCount, log: log.logger()) { _ in Response() }
        let port = server.port
        try await offPool { () throws in
            let held = try Self.fill(port, untilRefusedBy: ["ADDRESS_FULL", "connectionsPerAddressMax (2)"])
            let stranger = try RawClient(port: port, source: "127.0.0.2")
            #expect(try stranger.get("/").status == 200)
            held.first.hangUp()
            var status = 0
            while status != 200 {
                do { status = try RawClient(port: port).get("/").status } catch is RawClient.Failure { continue }
            }
        }
        #expect(log.lines.contains { $0.hasPrefix("warning ") && $0.contains("limit=connectionsPerAddressMax") })
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("connections that come too fast get 503; over TLS an alert, and no handshake", arguments: [false, true])
    func tooFast(isSecure: Bool) async throws {
        let log = LogLines()
        var limits = TransportLimits()
        limits.handshakesPerSecond = 1
        limits.headSeconds = 600
        let tls = TLSConfiguration(identities: [try TestCertificates.shared.get().local])
        let server = try TestServer(limits: limits, tls: isSecure ? tls : nil, log: log.logger()) { _ in Response() }
        let port = server.port
        try await offPool { () throws in
            // One a second: of many, some come too fast on the slowest of machines.
            let clients = try (0..<60).map { _ in try RawClient(port: port) }
            var refusedCount = 0
            for client in clients {
                if isSecure {
                    try client.sendRaw([22, 3, 1])
                    client.halfClose()
                    if try client.takeRest() == [21, 3, 3, 0, 2, 2, 80] { refusedCount += 1 }
                } else {
                    let reply = try client.get("/")
                    guard reply.status == 503 else { continue }
                    #expect(reply.header("Retry-After") == "5" && reply.text.contains("HANDSHAKES_TOO_FAST"))
                    #expect(reply.text.contains("handshakesPerSecond (1)"))
                    refusedCount += 1
                }
            }
            #expect(refusedCount > 0)
        }
        #expect(log.lines.contains { $0.hasPrefix("warning ") && $0.contains("limit=handshakesPerSecond") })
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a port that is taken is an error that names it, whatever shards share it", arguments: [1, 3], [1, 3])
    func taken(held: Int, wanted: Int) async throws {
        let server = try TestServer(shardCount: held) { _ in Response() }
        var configuration = ServerConfiguration(log: .init(label: "test"), unixSeconds: { 0 })
        configuration.shardCount = wanted
        configuration.listeners = [Listener(.tcp(host: "127.0.0.1", port: server.port))]
        #expect(throws: TransportError.cannotListen(.tcp(host: "127.0.0.1", port: server.port), errno: 98)) {
            try Server.start(configuration) { _ in Response() }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test(
        "a server that joins another one gets all new connections, and the other one keeps those it has",
        arguments: [1, 2], [1, 2])
    func joining(oldCount: Int, newCount: Int) async throws {
        let old = try TestServer(shardCount: oldCount) { _ in Response(body: .bytes(Array("old".utf8))) }
        let port = old.port
        var configuration = ServerConfiguration(log: .init(label: "test"), unixSeconds: { 0 })
        configuration.shardCount = newCount
        configuration.listeners = [Listener(.tcp(host: "127.0.0.1", port: port))]
        configuration.joinsOthers = true
        let kept = try await offPool {
            let kept = try RawClient(port: port)
            let reply = try kept.get("/")
            #expect(reply.text == "old")
            return kept
        }
        let new = try Server.start(configuration) { _ in Response(body: .bytes(Array("new".utf8))) }
        #expect(new.attract(fromShards: oldCount))
        // 100: were they dealt out, one in three would go to the old one.
        let ask: @Sendable () throws -> Void = { () throws in
            for _ in 0..<100 { #expect(try RawClient(port: port).get("/").text == "new") }
        }
        try await offPool { () throws in
            try ask()
            #expect(try kept.get("/").text == "old")
        }
        await old.server.stop(deadlineSeconds: 1)
        try await offPool(ask)
        #expect(new.attractNoMore())
        try await offPool(ask)
        kept.hangUp()
        await new.stop(deadlineSeconds: 1)
    }

    @Test("a server that joins another one takes the name of its Unix socket, and leaves it when the other one stops")
    func joiningUnix() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("hub.sock")
        var configuration = ServerConfiguration(log: .init(label: "test"), unixSeconds: { 0 })
        configuration.listeners = [Listener(.unix(path: path))]
        let old = try Server.start(configuration) { _ in Response(body: .bytes(Array("old".utf8))) }
        configuration.joinsOthers = true
        let new = try Server.start(configuration) { _ in Response(body: .bytes(Array("new".utf8))) }
        await old.stop(deadlineSeconds: 1)
        let client = try HTTPClient(log: .init(label: "test"))
        let reply = try await client.send(ClientRequest(.get, "/"), to: ServerEndpoint(unixPath: path))
        #expect(String(decoding: reply.body, as: UTF8.self) == "new")
        await new.stop(deadlineSeconds: 1)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a stop lets the answer that is being made go out, and closes the idle at once")
    func graceful() async throws {
        let (begun, gate) = (Gate(), Gate())
        let server = try TestServer { _ in
            begun.open()
            await gate.wait()
            return Response(body: .bytes(Array("done".utf8)))
        }
        let port = server.port
        let (busy, idle) = try await offPool {
            let (busy, idle) = (try RawClient(port: port), try RawClient(port: port))
            try busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return (busy, idle)
        }
        await begun.wait()
        async let stopped: Void = server.server.stop(deadlineSeconds: 30)
        try await offPool { () throws in #expect(try idle.isAtEnd()) }
        gate.open()
        try await offPool { () throws in
            let reply = try busy.reply()
            #expect(reply.text == "done" && reply.header("Connection") == "close")
            #expect(try busy.isAtEnd())
            #expect(throws: (any Error).self) { try RawClient(port: port) }
        }
        busy.hangUp()
        idle.hangUp()
        await stopped
    }

    @Test("what is left at a stop's deadline is cut")
    func deadline() async throws {
        let gate = Gate()
        let server = try TestServer { _ in
            await gate.wait()
            return Response()
        }
        let port = server.port
        let client = try await offPool {
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            return client
        }
        await server.server.stop(deadlineSeconds: 1)
        try await offPool { () throws in #expect(try client.isAtEnd()) }
        gate.open()
    }

    @Test("several shards share a port, and each answers")
    func shards() async throws {
        let server = try TestServer(shardCount: 3) { request in
            Response(body: .bytes(Array(request.remote.isLoopback ? "near".utf8 : "far".utf8)))
        }
        #expect(server.server.shards.count == 3)
        let port = server.port
        try await offPool { () throws in
            for _ in 0..<60 { #expect(try RawClient(port: port).get("/").text == "near") }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("work submitted from many threads runs on the shard, each once")
    func submit() async throws {
        let server = try TestServer { _ in Response() }
        let shard = server.server.shards[0]
        let (counter, done) = (Counter(shard), Gate())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 { shard.submit { _ in counter.assumeIsolated { $0.count += 1 } } }
                }
            }
        }
        shard.submit { _ in done.open() }
        await done.wait()
        #expect(await counter.count == 4000)
        await server.server.stop(deadlineSeconds: 1)
    }

    /// An actor that lives on a shard.
    private actor Counter {
        private let shard: Shard
        var count = 0
        nonisolated var unownedExecutor: UnownedSerialExecutor { shard.unownedExecutor }

        init(_ shard: Shard) {
            self.shard = shard
        }
    }
}
