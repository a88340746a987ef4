internal import CZlib
internal import Synchronization

/// Deflates whole WebSocket messages (RFC 7692 section 7.2.1), each for itself.
package enum MessageDeflater {
    /// Whose compressor: most peers take the widest window; for the rest there is one narrow enough for all.
    package enum Window: Sendable {
        case wide, narrow
    }

    /// zlib's fastest: a loop's thread does this, and on our JSON the level before the usual one takes half as long
    /// again and saves a twentieth.
    private static let level: Int32 = 1
    private static let memoryLevel: Int32 = 8
    private static let tailByteCount = 4

    /// Compressors (some 260 KiB each) that wait for their next message: making one costs as much as deflating 1 KiB
    /// does. More than so many threads deflating at once is rare, and then the rest are made and thrown away.
    private static let idleCountMax = 2
    private static let wide = Mutex<[Stream]>([])
    private static let narrow = Mutex<[Stream]>([])

    /// - Returns: nil when it would not be shorter, or there is no memory: then the message goes as it is.
    package static func deflate(_ payload: UnsafeRawBufferPointer, window: Window) -> [UInt8]? {
        let idle: Stream?
        switch window {
        case .wide: idle = wide.withLock { $0.popLast() }
        case .narrow: idle = narrow.withLock { $0.popLast() }
        }
        guard let stream = idle ?? Stream(window) else { return nil }
        let deflated = unsafe stream.deflate(payload, byteCountMax: payload.count + tailByteCount)
        switch window {
        case .wide: wide.withLock { if $0.count < idleCountMax { $0.append(stream) } }
        case .narrow: narrow.withLock { if $0.count < idleCountMax { $0.append(stream) } }
        }
        guard let deflated, deflated.count - tailByteCount < payload.count else { return nil }
        return Array(deflated.dropLast(tailByteCount))
    }

    /// `@unchecked Sendable`: whoever has taken it out of its list is the only one to hold it.
    @safe private final class Stream: @unchecked Sendable {
        private let stream: OpaquePointer

        init?(_ window: Window) {
            let windowBits = window == .wide ? WebSocketDeflate.windowBitsMax : WebSocketDeflate.windowBitsMin
            guard let stream = unsafe czlib_deflate_open(CZLIB_RAW, level, Int32(windowBits), memoryLevel) else {
                return nil
            }
            unsafe self.stream = stream
        }

        deinit { unsafe czlib_close(stream) }

        /// - Returns: nil when that is not room enough.
        func deflate(_ payload: UnsafeRawBufferPointer, byteCountMax: Int) -> [UInt8]? {
            unsafe czlib_reset(stream)
            var status = CZLIB_OK
            let deflated = unsafe [UInt8](unsafeUninitializedCapacity: byteCountMax) { room, count in
                let input = unsafe payload.bindMemory(to: UInt8.self)
                let progress = unsafe czlib_deflate(
                    stream, input.baseAddress, input.count, room.baseAddress, room.count, CZLIB_SYNC_FLUSH)
                status = progress.status
                count = progress.produced_byte_count
            }
            // Filled to the brim, the flush may not be over; and nothing would be won.
            return status == CZLIB_OK && deflated.count < byteCountMax ? deflated : nil
        }
    }
}
