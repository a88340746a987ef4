/// Cuts a stream of bytes into frames: a count (4 bytes, lowest first) and as many bytes.
package struct FrameBuffer: Sendable {
    /// 64 KiB: twice the longest input of one request, so that the fields around it fit.
    package static let payloadByteCountMax = 64 << 10

    private var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ more: some Sequence<UInt8>) {
        bytes += more
    }

    /// - Returns: the next whole frame, or nil.
    /// - Throws: what makes the rest of the stream worthless.
    package mutating func next() throws(MalformedRecord) -> [UInt8]? {
        guard bytes.count >= 4 else { return nil }
        let count = bytes[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.payloadByteCountMax else { throw .frameTooLong(byteCount: count) }
        guard bytes.count >= 4 + count else { return nil }
        defer { bytes.removeFirst(4 + count) }
        return Array(bytes[4..<4 + count])
    }

    /// A payload with its count in front.
    static func frame(_ payload: [UInt8]) -> [UInt8] {
        precondition(payload.count <= payloadByteCountMax)
        let count = UInt32(payload.count)
        return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: count >> $0) } + payload
    }
}
