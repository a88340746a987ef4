import Hub
import Model
import Testing
import Transport
import WebCodec
import Wire

/// A WebSocket client that takes frames one by one.
final class SocketClient {
    struct Ended: Error, Equatable {
        let code: UInt16
        let reason: String
    }

    private final class Receiver: WebSocketHandler {
        let frames: AsyncThrowingStream<[UInt8], any Error>.Continuation
        init(_ frames: AsyncThrowingStream<[UInt8], any Error>.Continuation) { self.frames = frames }

        func received(_ message: WebSocketMessage) {
            if case .text(let bytes) = message { frames.yield(bytes) }
        }
        func closed(code: UInt16, reason: String) { frames.finish(throwing: Ended(code: code, reason: reason)) }
    }

    /// One loop for all tests: connectors live as long as the process.
    private static let connector = Result {
        var limits = TransportLimits()
        limits.webSocket.messageByteCountMax = 64 << 20
        return try WebSocketConnector(limits: limits, log: LiveWorld.log)
    }

    private let channel: OutboundChannel
    private var frames: AsyncThrowingStream<[UInt8], any Error>.Iterator

    private init(_ channel: OutboundChannel, _ frames: AsyncThrowingStream<[UInt8], any Error>) {
        self.channel = channel
        self.frames = frames.makeAsyncIterator()
    }

    /// Connected, and greeted.
    static func connect(to world: LiveWorld, _ query: String = "") async throws -> SocketClient {
        let client = try await open(world, query)
        try await client.expect("hello")
        return client
    }

    static func open(
        _ world: LiveWorld, _ query: String = "", authorization: String? = nil
    ) async throws -> SocketClient {
        let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let endpoint = WebSocketConnector.Endpoint(
            ServerEndpoint(host: "127.0.0.1", port: world.server.port), target: "/api/ws" + query,
            headers: authorization.map { ["Authorization": $0] } ?? [:])
        let channel = try await connector.get().connect(to: endpoint) { _ in Receiver(continuation) }
        return SocketClient(channel, stream)
    }

    // MARK: Up

    func sendText(_ text: String) {
        let channel = channel
        channel.shard.submit { _ in channel.send([.maskedText(text.utf8)]) }
    }

    func send(_ type: String, id: JSONValue? = nil, _ payload: JSONValue? = nil) {
        var frame: [String: JSONValue] = ["type": .string(type)]
        frame["id"] = id
        frame["payload"] = payload
        sendText(String(decoding: WireJSON.encode(.object(frame)), as: UTF8.self))
    }

    func sendBinary(_ bytes: [UInt8]) {
        let channel = channel
        channel.shard.submit { _ in channel.send([.maskedBinary(bytes)]) }
    }

    func setReceiving(_ isReceiving: Bool) {
        let channel = channel
        channel.shard.submit { _ in channel.setReceiving(isReceiving) }
    }

    func close() {
        let channel = channel
        channel.shard.submit { _ in channel.close() }
    }

    // MARK: Down

    /// Who watches may be told at any time, and is passed over.
    ///
    /// - Throws: `Ended` when there are no more.
    func nextText() async throws -> String {
        while true {
            let text = try await anyText()
            if !text.hasPrefix(#"{"type":"presence."#) { return text }
        }
    }

    /// The next frame about who watches.
    func nextPresence() async throws -> JSONValue {
        while true {
            let frame = try WireJSON.parse(Array(try await anyText().utf8))
            if frame["type"]?.string?.hasPrefix("presence.") == true { return frame }
        }
    }

    private func anyText() async throws -> String {
        guard let bytes = try await frames.next(isolation: #isolation) else { throw Ended(code: 0, reason: "") }
        return String(decoding: bytes, as: UTF8.self)
    }

    func next() async throws -> JSONValue { try WireJSON.parse(Array(try await nextText().utf8)) }

    /// The next frame, which must be of this type.
    @discardableResult
    func expect(_ type: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        let frame = try await next()
        #expect(frame["type"]?.string == type, "\(frame)", sourceLocation: sourceLocation)
        return frame
    }

    /// The next error's problem.
    func expectError(
        _ code: HubError.Code, id: JSONValue? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let frame = try await expect("error", sourceLocation: sourceLocation)
        #expect(frame["error"]?["code"]?.string == code.rawValue, sourceLocation: sourceLocation)
        #expect(frame["id"] == id, sourceLocation: sourceLocation)
        return frame["error"] ?? .null
    }

    /// - Returns: the `data` of `subscribed`.
    @discardableResult
    func subscribe(_ payload: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        send("subscribe", id: "s", payload)
        let frame = try await expect("subscribed", sourceLocation: sourceLocation)
        #expect(frame["id"] == "s", sourceLocation: sourceLocation)
        return frame["data"] ?? .null
    }

    /// The code that the hub closes with, which is the next that it says.
    func endAtOnce(sourceLocation: SourceLocation = #_sourceLocation) async throws -> UInt16 {
        do {
            let text = try await nextText()
            Issue.record("\(text) came before the end", sourceLocation: sourceLocation)
            return try await end().code
        } catch let ended as Ended {
            return ended.code
        }
    }

    /// Why the hub closed.
    func end() async throws -> Ended {
        do {
            while true { _ = try await nextText() }
        } catch let ended as Ended {
            return ended
        }
    }
}
