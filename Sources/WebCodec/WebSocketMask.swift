/// The key that a client's payload is XORed with (RFC 6455 section 5.3).
package struct WebSocketMask: Sendable, Equatable {
    /// In the order of the wire.
    package let bytes: [UInt8]

    /// - Parameter value: its most significant byte comes first.
    package init(_ value: UInt32) {
        bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Masks or unmasks in place, eight bytes at a time.
    /// - Parameter payloadOffset: where in its frame's payload `buffer[start]` stands.
    func apply(to buffer: inout [UInt8], from start: Int, payloadOffset: Int) {
        var key: UInt64 = 0
        for index in 0..<8 { key |= UInt64(bytes[(payloadOffset + index) & 3]) << UInt64(index * 8) }
        let wide = UInt64(littleEndian: key)
        let offset = payloadOffset
        unsafe buffer.withUnsafeMutableBytes { raw in
            var index = start
            while index + 8 <= raw.count {
                let masked = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wide
                unsafe raw.storeBytes(of: masked, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            while index < raw.count {
                unsafe raw[index] ^= bytes[(offset + index - start) & 3]
                index += 1
            }
        }
    }
}
