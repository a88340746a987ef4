import Testing
import WebCodec

@Suite("WebSocket handshake")
struct HandshakeTests {
    private static func head(_ fields: String) throws -> RequestHead {
        let transcript = HTTPTranscript("GET /chat HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        return try #require(transcript.messages.first?.head)
    }

    private static let good = """
        Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat, superchat\r\n
        """

    @Test("the RFC's own example (section 1.3)")
    func example() throws {
        let handshake = try WebSocketHandshake(Self.head(Self.good))
        #expect(handshake.subprotocols == ["chat", "superchat"])
        let response = handshake.response(subprotocol: "chat", headers: ["X-A": "b"])
        #expect(response.status == 101)
        #expect(response.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(response.headers["Sec-WebSocket-Protocol"] == "chat" && response.headers["X-A"] == "b")
    }

    @Test("our client and our server agree")
    func roundTrip() throws {
        var client = try WebSocketClientHandshake(
            key: Array(0..<16), host: "h:1", target: "/x?y", subprotocols: ["a", "b"], headers: ["X-A": "b"])
        let transcript = HTTPTranscript([client.request])
        let head = try #require(transcript.messages.first?.head)
        #expect(head.target == "/x?y" && head.headers["X-A"] == "b" && WebSocketHandshake.isRequested(by: head))
        var answer: [UInt8] = []
        try WebSocketHandshake(head).response(subprotocol: "b").encode(into: &answer)
        for byte in answer.dropLast() { #expect(try client.receive([byte]) == nil) }
        let success = try #require(try client.receive([UInt8](answer.suffix(1)) + [0x81]))
        #expect(success.subprotocol == "b" && success.remaining == [0x81])
    }

    @Test(
        "a client refuses what does not answer its request",
        arguments: [
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
            "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n",
            "HTTP/1.1 200\r\n\r\n", "HTTP/2 101 S\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 101 S\r\nbad\r\n\r\n",
        ])
    func wrongAnswers(text: String) throws {
        var client = try WebSocketClientHandshake(key: Array(0..<16), host: "h", target: "/")
        #expect(throws: WebSocketClientHandshake.Failure.self) { try client.receive(text.utf8) }
    }

    @Test("an endless answer is refused")
    func endlessAnswer() throws {
        var client = try WebSocketClientHandshake(key: Array(0..<16), host: "h", target: "/")
        #expect(throws: WebSocketClientHandshake.Failure.self) {
            try client.receive([UInt8](repeating: 0x61, count: WebSocketClientHandshake.headByteCountMax + 1))
        }
    }

    @Test("a request that would be split is not made", arguments: ["/a b", "/a\r\nX: y", "/é"])
    func badTarget(target: String) {
        #expect(throws: HTTPHeaderError.self) {
            try WebSocketClientHandshake(key: Array(0..<16), host: "h", target: target)
        }
    }
}
