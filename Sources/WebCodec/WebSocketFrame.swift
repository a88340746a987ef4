/// Outgoing frames, each a whole message: header and payload in one buffer, so that a server's can be shared.
package enum WebSocketFrame {
    /// RFC 6455 section 5.5.
    package static let controlPayloadByteCountMax = 125
    /// The longest header: two bytes, eight of length, four of key.
    package static let headerByteCountMax = 14

    /// As a server sends it.
    package static func encode(_ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        var frame = header(opcode, payloadByteCount: payload.count, isMasked: false)
        frame.append(contentsOf: payload)
        return frame
    }

    /// As a client sends it.
    /// - Parameter key: unpredictable, and new for every frame (RFC 6455 section 10.3).
    package static func encode(
        _ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>, maskedWith key: WebSocketMask
    ) -> [UInt8] {
        var frame = header(opcode, payloadByteCount: payload.count, isMasked: true)
        frame.reserveCapacity(headerByteCountMax + payload.count)
        frame.append(contentsOf: key.bytes)
        let payloadStart = frame.count
        frame.append(contentsOf: payload)
        key.apply(to: &frame, from: payloadStart, payloadOffset: 0)
        return frame
    }

    /// The payload of a close frame; a reason that does not fit is cut between characters.
    package static func closePayload(code: UInt16, reason: String) -> [UInt8] {
        guard code != WebSocketCloseCode.none else { return [] }
        var payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
        for character in reason {
            guard payload.count + character.utf8.count <= controlPayloadByteCountMax else { break }
            payload.append(contentsOf: character.utf8)
        }
        return payload
    }

    /// Of a frame that is not masked.
    package static func headerByteCount(of frame: UnsafeRawBufferPointer) -> Int {
        switch unsafe frame[1] {
        case 127: 10
        case 126: 4
        default: 2
        }
    }

    /// The bytes before the key.
    /// - Parameter isDeflated: sets RSV1 (RFC 7692 section 6).
    package static func header(
        _ opcode: WebSocketOpcode, payloadByteCount count: Int, isMasked: Bool, isDeflated: Bool = false
    ) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        var header: [UInt8] = []
        header.reserveCapacity(headerByteCountMax)
        header.append(0x80 | (isDeflated ? 0x40 : 0) | opcode.rawValue)
        switch count {
        case ...controlPayloadByteCountMax:
            header.append(mask | UInt8(count))
        case ...Int(UInt16.max):
            header.append(mask | 126)
            header.append(UInt8(count >> 8))
            header.append(UInt8(count & 0xFF))
        default:
            header.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { header.append(UInt8(count >> shift & 0xFF)) }
        }
        return header
    }
}
