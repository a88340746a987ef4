import Synchronization
import Testing
import WebCodec

@testable import Transport

@Suite("Deflated frames", .timeLimit(.minutes(3)))
struct DeflateTests {
    private static func text(_ byteCount: Int) -> [UInt8] {
        Array(repeatElement(Array("one of many words ".utf8), count: byteCount / 18 + 1).joined().prefix(byteCount))
    }

    private static func payload(of frame: Frame) throws -> [UInt8] {
        var parser = WebSocketParser(role: .client, inflates: true)
        parser.append(Array(frame.bytes))
        guard case .text(let payload)? = try parser.next() else { return [] }
        return payload
    }

    // MARK: Frames

    @Test("the twin is made once for each window, and says the same")
    func twins() throws {
        let frame = Frame.text(Self.text(5_000))
        let wide = try #require(frame.deflated(for: .wide))
        let narrow = try #require(frame.deflated(for: .narrow))
        #expect(frame.deflated(for: .wide) === wide && frame.deflated(for: .narrow) === narrow && wide !== narrow)
        #expect(wide.byteCount < frame.byteCount)
        #expect(wide.bytes[0] == 0xC1 && narrow.bytes[0] == 0xC1)
        for twin in [wide, narrow] { #expect(try Self.payload(of: twin) == Self.text(5_000)) }
        #expect(wide.deflated(for: .wide) == nil)
    }

    @Test("a thousand askers on several threads get one twin")
    func once() async {
        let frame = Frame.text(Self.text(100_000))
        let twins = await withTaskGroup(of: ObjectIdentifier?.self) { group in
            for _ in 0..<1_000 { group.addTask { frame.deflated(for: .wide).map { ObjectIdentifier($0) } } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(twins.count == 1 && twins.first != .some(nil))
    }

    @Test(
        "the short and the long go as they are",
        arguments: [
            (Frame.deflatedByteCountMin - 1, false), (Frame.deflatedByteCountMin, true),
            (Frame.deflatedByteCountMax, true), (Frame.deflatedByteCountMax + 1, false),
        ])
    func sizes(byteCount: Int, isDeflated: Bool) {
        #expect((Frame.text(Self.text(byteCount)).deflated(for: .wide) != nil) == isDeflated)
    }

    @Test("what would not be shorter, and what is no message, has no twin")
    func none() {
        var generator = SeededGenerator(seed: 1)
        let chance = (0..<4_096).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
        #expect(Frame.binary(chance).deflated(for: .wide) == nil)
        #expect(Frame.binary(chance).deflated(for: .narrow) == nil)
        #expect(Frame.events(Self.text(5_000)).deflated(for: .wide) == nil)
        #expect(Frame(Self.text(5_000)).deflated(for: .wide) == nil)
        #expect(Frame.maskedText(Self.text(5_000)).deflated(for: .wide) == nil)
    }

    // MARK: Over a socket

    private static let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"

    @Test("one frame to all: deflated for those that agreed to it")
    func shared() async throws {
        let channels = Mutex<[OutboundChannel]>([])
        let server = try TestServer(shardCount: 2) { _ in
            Response(
                body: .webSocket { channel in
                    channels.withLock { $0.append(channel) }
                    return EchoHandler(channel)
                })
        }
        let port = server.port
        try await offPool {
            let offers = [Self.offer, "", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n"]
            let clients = try offers.map { offer in
                let client = try RawClient(port: port)
                #expect(try client.get("/", RawClient.upgradeHeaders + offer).status == 101)
                return client
            }
            let frame = Frame.text(Self.text(3_000))
            for channel in channels.withLock({ $0 }) {
                channel.shard.submit { _ in
                    channel.send([frame])
                    channel.sendControl(frame)
                }
            }
            for (client, twin) in zip(clients, [frame.deflated(for: .wide), nil, frame.deflated(for: .narrow)]) {
                let bytes = Array((twin ?? frame).bytes)
                #expect(try client.take(bytes.count) == bytes)
                #expect(try client.take(bytes.count) == bytes)
            }
        }
        await server.server.stop(deadlineSeconds: 1)
    }

    @Test("a hub that does not offer it declines, and closes with 1002 what comes deflated all the same")
    func off() async throws {
        var limits = TransportLimits()
        limits.deflatesWebSockets = false
        let server = try TestServer(limits: limits) { _ in Response(body: .webSocket { EchoHandler($0) }) }
        try await server.talk { client in
            let reply = try client.get("/", RawClient.upgradeHeaders + Self.offer)
            #expect(reply.status == 101 && reply.header("Sec-WebSocket-Extensions") == nil)
            try client.send(ConformanceCase.frame(1, [0x00], reserved: 4))
            #expect(try client.frame().closeCode == 1002)
        }
    }

    @Test("a bomb closes with 1009, and names the limit")
    func bomb() async throws {
        let bomb = try #require(
            [UInt8](repeating: 0, count: 32 << 20).withUnsafeBytes { MessageDeflater.deflate($0, window: .wide) })
        let server = try TestServer { _ in Response(body: .webSocket { EchoHandler($0) }) }
        try await server.talk { client in
            _ = try client.get("/", RawClient.upgradeHeaders + Self.offer)
            try client.send(ConformanceCase.frame(2, bomb, reserved: 4))
            let close = try client.frame()
            #expect(close.closeCode == 1009)
            #expect(String(decoding: close.payload.dropFirst(2), as: UTF8.self).contains("messageByteCountMax"))
        }
    }

    // MARK: Handshakes

    @Test(
        "the first of the client's subprotocols that is offered is chosen, or none",
        arguments: [
            ("b, a", "b"), ("x, a", "a"), ("a", "a"), ("x", nil), ("", nil), ("A", nil),
        ] as [(String, String?)])
    func subprotocols(asked: String, chosen: String?) async throws {
        let server = try TestServer { _ in
            Response(body: .webSocket(WebSocketOffer(subprotocols: ["a", "b"])) { EchoHandler($0) })
        }
        try await server.talk { client in
            let header = asked.isEmpty ? "" : "Sec-WebSocket-Protocol: \(asked)\r\n"
            let reply = try client.get("/", RawClient.upgradeHeaders + header)
            #expect(reply.status == 101 && reply.header("Sec-WebSocket-Protocol") == chosen)
        }
    }

    @Test(
        "lists that are not spelled rightly are 400",
        arguments: [
            "Sec-WebSocket-Protocol: a, a", "Sec-WebSocket-Protocol: a b",
            "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a",
            "Sec-WebSocket-Extensions: permessage-deflate;", "Sec-WebSocket-Extensions: a; b=\"c",
        ])
    func misspelled(header: String) async throws {
        let server = try TestServer { _ in Response(body: .webSocket { EchoHandler($0) }) }
        try await server.talk { (client) throws in
            #expect(try client.get("/", RawClient.upgradeHeaders + header + "\r\n").status == 400)
            #expect(try client.isAtEnd())
        }
    }

    @Test("an endpoint's own limits hold on it, and nowhere else")
    func ownLimits() async throws {
        var small = WebSocketLimits()
        (small.messageByteCountMax, small.fragmentCountMax) = (10, 3)
        let offer = WebSocketOffer(limits: small)
        let server = try TestServer { request in
            Response(body: .webSocket(request.head.path == ["small"] ? offer : WebSocketOffer()) { EchoHandler($0) })
        }
        let port = server.port
        try await offPool { () throws in
            for (path, sent, code) in [
                ("/small", ConformanceCase.frame(1, [UInt8](repeating: 0x61, count: 11)), 1009),
                ("/small", ConformanceCase.fragmented(1, [[], [], [], []]), 1009),
                ("/", ConformanceCase.frame(1, [UInt8](repeating: 0x61, count: 11)), nil),
                ("/", ConformanceCase.fragmented(1, [[], [], [], []]), nil),
            ] as [(String, [UInt8], Int?)] {
                let client = try RawClient(port: port)
                try client.upgrade(path)
                try client.send(sent)
                let frame = try client.frame()
                #expect(code == nil ? frame.opcode == 1 : frame.closeCode == code)
            }
        }
        await server.server.stop(deadlineSeconds: 1)
    }
}
