internal import CZlib

/// Inflates one WebSocket message (RFC 7692 section 7.2.2) as its pieces come. Made for a message and gone with it: a
/// connection between two messages holds none.
///
/// `@unchecked Sendable`: it belongs to one parser, which one thread at a time uses.
@safe final class MessageInflater: @unchecked Sendable {
    enum Failure: Error {
        case tooBig
        /// Not deflated data, or data that ends inside a block.
        case wrong
    }

    /// What inflates between two looks at the limit.
    private static let pieceByteCount = 16 << 10
    /// The end of an empty block, which the sender has taken away.
    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    private let stream: OpaquePointer

    /// - Returns: nil when there is no memory.
    init?() {
        guard let stream = unsafe czlib_inflate_open(CZLIB_RAW, Int32(WebSocketDeflate.windowBitsMax)) else {
            return nil
        }
        unsafe self.stream = stream
    }

    deinit { unsafe czlib_close(stream) }

    /// - Parameter byteCountMax: of `message` as a whole; it never grows beyond it by more than a piece.
    func inflate(_ input: [UInt8], onto message: inout [UInt8], byteCountMax: Int) throws(Failure) {
        var consumed = 0
        var wasFilled = false
        while consumed < input.count || wasFilled {
            let progress = step(input, from: consumed, onto: &message)
            consumed += progress.consumed_byte_count
            wasFilled = progress.produced_byte_count == Self.pieceByteCount
            guard message.count <= byteCountMax else { throw .tooBig }
            switch progress.status {
            case CZLIB_OK: break
            case CZLIB_END: unsafe czlib_go_on(stream)
            default: throw .wrong
            }
        }
    }

    /// The message's last piece has been.
    func finish(onto message: inout [UInt8], byteCountMax: Int) throws(Failure) {
        try inflate(Self.tail, onto: &message, byteCountMax: byteCountMax)
        guard unsafe czlib_is_between_blocks(stream) else { throw .wrong }
    }

    private func step(_ input: [UInt8], from start: Int, onto message: inout [UInt8]) -> czlib_progress {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceByteCount) { room in
            let progress = unsafe input.withUnsafeBufferPointer { input in
                let rest = unsafe UnsafeBufferPointer(rebasing: input[start...])
                return unsafe czlib_inflate(stream, rest.baseAddress, rest.count, room.baseAddress, room.count)
            }
            unsafe message.append(contentsOf: room[..<progress.produced_byte_count])
            return progress
        }
    }
}
