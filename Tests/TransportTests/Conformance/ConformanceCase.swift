import Testing
import WebCodec

/// What a client sends after its handshake, and what an echo server must answer.
///
/// The families and their numbers are those of the Autobahn test suite, which `tools/autobahn` runs where it can be had;
/// these cases are ours.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    /// What an echo server sends.
    enum Reply: Sendable, Equatable {
        case text([UInt8])
        case binary([UInt8])
        case pong([UInt8])
        /// Always the last; 1005 for a close frame without a code.
        case close(UInt16)
    }

    let name: String
    /// The value of `Sec-WebSocket-Extensions`, or none.
    var offer: String?
    let sent: [UInt8]
    let replies: [Reply]

    var testDescription: String { name }

    /// A case that ends with a normal closing handshake.
    init(_ name: String, _ frames: [UInt8]..., offer: String? = nil, echoes replies: [Reply]) {
        self.name = name
        self.offer = offer
        sent = frames.flatMap { $0 } + Self.close(1000)
        self.replies = replies + [.close(1000)]
    }

    /// A case after which the server closes with `code`; nothing that comes after the offence is needed for that.
    init(_ name: String, _ frames: [UInt8]..., echoes replies: [Reply] = [], closes code: UInt16) {
        self.name = name
        sent = frames.flatMap { $0 }
        self.replies = replies + [.close(code)]
    }

    // MARK: Frames

    /// - Parameters:
    ///   - reserved: RSV1, RSV2 and RSV3 as the number that they are.
    ///   - opcode: right or wrong.
    static func frame(
        _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0, isMasked: Bool = true
    ) -> [UInt8] {
        var bytes =
            isMasked
            ? WebSocketFrame.encode(.binary, payload, maskedWith: WebSocketMask(0x37FA_213D))
            : WebSocketFrame.encode(.binary, payload)
        bytes[0] = (isFinal ? 0x80 : 0) | reserved << 4 | opcode
        return bytes
    }

    static func text(_ text: String) -> [UInt8] { frame(1, Array(text.utf8)) }
    static func ping(_ payload: [UInt8] = []) -> [UInt8] { frame(9, payload) }
    static func pong(_ payload: [UInt8] = []) -> [UInt8] { frame(10, payload) }

    static func close(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
        frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason)
    }

    /// A message in fragments.
    /// - Parameter between: a control frame after each but the last.
    static func fragmented(
        _ opcode: UInt8, _ pieces: [[UInt8]], between control: [UInt8] = [], reserved: UInt8 = 0
    ) -> [UInt8] {
        pieces.indices.flatMap { index in
            let isLast = index == pieces.count - 1
            let fragment = frame(
                index == 0 ? opcode : 0, pieces[index], isFinal: isLast, reserved: index == 0 ? reserved : 0)
            return isLast ? fragment : fragment + control
        }
    }

    static func cut(_ bytes: [UInt8], every byteCount: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: byteCount).map { Array(bytes[$0..<min($0 + byteCount, bytes.count)]) }
    }

    static func pattern(_ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    }
}
