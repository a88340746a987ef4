import Synchronization
import Testing
import Transport
import WebCodec

@Suite("WebSocket over a socket", .timeLimit(.minutes(3)))
struct WebSocketTests {
    /// The handlers that were made, oldest first.
    final class Echoes: Sendable {
        private let made = Mutex<[EchoHandler]>([])

        var handler: RequestHandler {
            { _ in Response(body: .webSocket { self.make($0) }) }
        }

        private func make(_ channel: OutboundChannel) -> EchoHandler {
            let handler = EchoHandler(channel)
            made.withLock { $0.append(handler) }
            return handler
        }

        var first: EchoHandler? { made.withLock { $0.first } }
    }

    @Test("messages come back, pings are answered, and a close is returned")
    func echo() async throws {
        let echoes = Echoes()
        let server = try TestServer(echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            try client.sendText("hello")
            #expect(try client.frame() == .init(first: 0x81, payload: Array("hello".utf8)))
            for byteCount in [0, 125, 126, 65_535, 65_536, 1 << 20] {
                let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
                try client.sendFrame(.binary, payload)
                #expect(try client.frame() == .init(first: 0x82, payload: payload))
            }
            for number in 0..<10 { try client.sendFrame(.ping, [UInt8(number)]) }
            for number in 0..<10 { #expect(try client.frame() == .init(first: 0x8A, payload: [UInt8(number)])) }
            try client.sendFrame(.close, [0x0B, 0xB8] + Array("bye".utf8))
            let close = try client.frame()
            #expect(close.opcode == 8 && close.closeCode == 3000)
            #expect(try client.isAtEnd())
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect(echo.closing?.code == 3000 && echo.closing?.reason == "bye")
    }

    @Test("frames that come with the handshake are not lost")
    func eager() async throws {
        let server = try TestServer(Echoes().handler)
        try await server.talk { client in
            let hello = WebSocketFrame.encode(.text, Array("early".utf8), maskedWith: WebSocketMask(1))
            try client.send(Array("GET / HTTP/1.1\r\nHost: h\r\n\(RawClient.upgradeHeaders)\r\n".utf8) + hello)
            #expect(try client.replyHead().status == 101)
            #expect(try client.frame().text == "early")
        }
    }

    @Test(
        "what breaks the rules is closed with its code",
        arguments: [
            ([0x81, 0x01, 0x61], 1002), ([0xC1, 0x80, 0, 0, 0, 0], 1002), ([0x83, 0x80, 0, 0, 0, 0], 1002),
            ([0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007), ([0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1], 1009),
        ] as [([UInt8], Int)])
    func violations(bytes: [UInt8], code: Int) async throws {
        let echoes = Echoes()
        let server = try TestServer(echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            try client.send(bytes)
            #expect(try client.frame().closeCode == code)
            #expect(try client.isAtEnd())
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect(echo.closing.map { Int($0.code) } == code)
    }

    @Test("the handler's close goes out after its frames, and the peer's answer ends it")
    func ownClose() async throws {
        let echoes = Echoes()
        let server = try TestServer(echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            let channel = try #require(echoes.first?.channel)
            channel.shard.submit { _ in
                channel.send([.text(Array("last".utf8))])
                channel.close(code: 4001, reason: "no")
                channel.send([.text(Array("never".utf8))])
            }
            #expect(try client.frame().text == "last")
            #expect(try client.frame().closeCode == 4001)
            try client.sendText("too late")
            try client.sendFrame(.close, [0x0F, 0xA1])
            #expect(try client.isAtEnd())
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect(echo.closing?.code == 4001)
    }

    @Test("a peer that does not answer our close is cut")
    func unansweredClose() async throws {
        var limits = TransportLimits()
        limits.closeSeconds = 1
        let (echoes, log) = (Echoes(), LogLines())
        let server = try TestServer(limits: limits, log: log.logger(), echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            let channel = try #require(echoes.first?.channel)
            channel.shard.submit { _ in channel.close(code: 4003, reason: "") }
            #expect(try client.frame().closeCode == 4003)
            #expect(try client.isAtEnd())
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect(echo.closing?.code == 4003)
        #expect(log.lines.contains { $0.contains("limit=closeSeconds peer=127.0.0.1 seconds=1") })
    }

    @Test("a peer that vanishes is told as 1006")
    func vanished() async throws {
        let echoes = Echoes()
        let server = try TestServer(echoes.handler)
        let port = server.port
        try await offPool {
            let client = try RawClient(port: port)
            try client.upgrade("/")
            client.hangUp()
        }
        let echo = try #require(echoes.first)
        // Before the server stops, which would tell it as 1001.
        await echo.ended.wait()
        #expect(echo.closing?.code == 1006)
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a slow reader costs one batch, and gets everything in order when it reads")
    func slowReader() async throws {
        let made = Mutex<PullingHandler?>(nil)
        let server = try TestServer { _ in
            Response(
                body: .webSocket { channel in
                    let handler = PullingHandler(channel)
                    made.withLock { $0 = handler }
                    return handler
                })
        }
        let port = server.port
        let (client, handler) = try await offPool {
            let client = try RawClient(port: port, receiveBufferByteCount: 4096)
            try client.upgrade("/")
            return (client, try #require(made.withLock { $0 }))
        }
        await handler.untilFull()
        #expect(handler.handedOverCount < PullingHandler.frameCount, "the log is pulled as the peer reads")
        try await offPool { () throws in
            for number in 0..<PullingHandler.frameCount {
                #expect(try client.frame().payload == PullingHandler.payload(number))
            }
        }
        #expect(handler.peakByteCount <= TransportLimits().lowWaterByteCount + PullingHandler.batchByteCountMax)
        client.hangUp()
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a control frame overtakes what has not begun to be written")
    func overtaking() async throws {
        let echoes = Echoes()
        let server = try TestServer(echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            let channel = try #require(echoes.first?.channel)
            channel.shard.submit { _ in
                channel.send((0..<3).map { .text("\($0)".utf8) })
                channel.sendControl(.text("urgent".utf8))
            }
            for text in ["urgent", "0", "1", "2"] { #expect(try client.frame().text == text) }
        }
    }

    @Test("control frames that nobody reads end with 4008")
    func controlOverflow() async throws {
        var limits = TransportLimits()
        limits.controlByteCountMax = 10_000
        let (echoes, log) = (Echoes(), LogLines())
        let server = try TestServer(limits: limits, log: log.logger(), echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            let channel = try #require(echoes.first?.channel)
            channel.shard.submit { _ in
                for _ in 0..<11 { channel.sendControl(.text([UInt8](repeating: 0x61, count: 1000))) }
            }
            #expect(try client.frame().closeCode == 4008)
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect(echo.closing?.code == 4008 && echo.closing?.reason == "cannot keep up (controlByteCountMax)")
        #expect(log.lines.contains { $0.hasPrefix("info ") && $0.contains("limit=controlByteCountMax") })
    }

    @Test(
        "a handler that does not look at what waits costs its peer the connection, with 4008", arguments: [true, false])
    func overflow(isWhole: Bool) async throws {
        var limits = TransportLimits()
        limits.outputByteCountMax = 100_000
        let (echoes, log) = (Echoes(), LogLines())
        let server = try TestServer(limits: limits, log: log.logger(), echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            let channel = try #require(echoes.first?.channel)
            let large = [UInt8](repeating: 0x61, count: 1_000_000)
            channel.shard.submit { _ in
                // Alone it may be larger than all that may wait.
                channel.send([.text(large)])
                if isWhole { return }
                channel.send([.text([0x62])])
                #expect(channel.pendingByteCount < 100)
            }
            guard isWhole else {
                #expect(try client.frame().closeCode == 4008)
                return
            }
            #expect(try client.frame().payload == large)
            channel.shard.submit { _ in channel.send((0..<10).map { _ in .text([0x62]) }) }
            for _ in 0..<10 { #expect(try client.frame().text == "b") }
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect((echo.closing?.reason == "cannot keep up (outputByteCountMax)") == !isWhole)
        #expect(log.lines.contains { $0.contains("limit=outputByteCountMax") } == !isWhole)
    }

    @Test("a handler that pauses receives what waited, in order, when it goes on")
    func pausedReceiving() async throws {
        let echoes = Echoes()
        let server = try TestServer(echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            let channel = try #require(echoes.first?.channel)
            channel.shard.submit { _ in channel.setReceiving(false) }
            for number in 0..<100 { try client.sendText("\(number)") }
            channel.shard.submit { _ in channel.setReceiving(true) }
            for number in 0..<100 { #expect(try client.frame().text == "\(number)") }
        }
    }

    @Test("pings of the server's, and the end of a peer that does not answer")
    func deadPeer() async throws {
        var limits = TransportLimits()
        limits.pingIntervalSeconds = 1
        limits.deadPeerSeconds = 3
        let (echoes, log) = (Echoes(), LogLines())
        let server = try TestServer(limits: limits, log: log.logger(), echoes.handler)
        try await server.talk { client in
            try client.upgrade("/")
            #expect(try client.frame().opcode == 9)
            _ = try client.takeRest()
        }
        let echo = try #require(echoes.first)
        await echo.ended.wait()
        #expect(echo.closing?.code == 1006)
        #expect(log.lines.contains { $0.contains("limit=deadPeerSeconds peer=127.0.0.1 seconds=3") })
    }

    @Test("five hundred connections at once")
    func many() async throws {
        let server = try TestServer(shardCount: 2, Echoes().handler)
        let port = server.port
        try await offPool {
            let clients = try (0..<500).map { _ in try RawClient(port: port) }
            for client in clients { try client.send("GET / HTTP/1.1\r\nHost: h\r\n\(RawClient.upgradeHeaders)\r\n") }
            for client in clients { #expect(try client.replyHead().status == 101) }
            for (number, client) in clients.enumerated() { try client.sendText("\(number)") }
            for (number, client) in clients.enumerated() { #expect(try client.frame().text == "\(number)") }
        }
        await server.server.stop(deadlineSeconds: 2)
    }
}
