import WebCodec

extension RawClient {
    struct ServerFrame: Sendable, Equatable {
        let first: UInt8
        let payload: [UInt8]

        var opcode: UInt8 { first & 0x0F }
        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? { payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    static let upgradeHeaders = """
        Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        Sec-WebSocket-Version: 13\r\n
        """

    func upgrade(_ path: String) throws {
        let reply = try get(path, Self.upgradeHeaders)
        guard reply.status == 101, reply.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" else {
            throw Failure(description: "no upgrade: \(reply.status)")
        }
    }

    func sendFrame(_ opcode: WebSocketOpcode, _ payload: [UInt8]) throws {
        try send(WebSocketFrame.encode(opcode, payload, maskedWith: WebSocketMask(0x37FA_213D)))
    }

    func sendText(_ text: String) throws { try sendFrame(.text, Array(text.utf8)) }

    func frame() throws -> ServerFrame {
        let head = try take(2)
        var count = Int(head[1])
        if count == 126 { count = try take(2).reduce(0) { $0 << 8 | Int($1) } }
        if count == 127 { count = try take(8).reduce(0) { $0 << 8 | Int($1) } }
        return ServerFrame(first: head[0], payload: try take(count))
    }
}
