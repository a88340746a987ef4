internal import CZlib

/// RFC 1952, whole bodies at a time: for what is sent often or is large.
package enum Gzip {
    /// 6 is zlib's own compromise; 9 costs three times as much for a percent or two, which what is kept may pay.
    package static let (quickLevel, keptLevel) = (6, 9)

    /// - Parameter level: 1 (fast) to 9 (small).
    /// - Returns: nil when there is no memory for the compressor; the caller has the body as it is.
    package static func compressed(_ bytes: [UInt8], level: Int = quickLevel) -> [UInt8]? {
        guard let stream = unsafe czlib_deflate_open(CZLIB_GZIP, Int32(level), 15, 8) else { return nil }
        defer { unsafe czlib_close(stream) }
        return unsafe drain(bytes) { unsafe czlib_deflate(stream, $0, $1, $2, $3, CZLIB_FINISH) }
    }

    /// - Returns: nil when it is not one gzip member and nothing behind it, or larger than `byteCountMax`.
    package static func decompressed(_ bytes: [UInt8], byteCountMax: Int) -> [UInt8]? {
        guard let stream = unsafe czlib_inflate_open(CZLIB_GZIP, 15) else { return nil }
        defer { unsafe czlib_close(stream) }
        return unsafe drain(bytes, byteCountMax: byteCountMax) { unsafe czlib_inflate(stream, $0, $1, $2, $3) }
    }

    private static let pieceByteCount = 16 << 10

    private static func drain(
        _ bytes: [UInt8], byteCountMax: Int = .max,
        _ step: (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int) -> czlib_progress
    ) -> [UInt8]? {
        unsafe bytes.withUnsafeBufferPointer { input in
            var (result, consumed): ([UInt8], Int) = ([], 0)
            while true {
                var progress = czlib_progress()
                let piece = unsafe [UInt8](unsafeUninitializedCapacity: pieceByteCount) { room, count in
                    let rest = unsafe UnsafeBufferPointer(rebasing: input[consumed...])
                    unsafe progress = step(rest.baseAddress, rest.count, room.baseAddress, room.count)
                    count = progress.produced_byte_count
                }
                consumed += progress.consumed_byte_count
                result += piece
                guard result.count <= byteCountMax else { return nil }
                switch progress.status {
                case CZLIB_END: return consumed == input.count ? result : nil
                case CZLIB_OK where !piece.isEmpty || consumed < input.count: continue
                default: return nil  // the input is wrong, or ends before the stream does
                }
            }
        }
    }
}
