/// A file of a process folder or a control frame that is not what it should be.
package enum MalformedRecord: Error, Sendable, Equatable {
    case unknownVersion(UInt8)
    case unknownKind(UInt64)
    case cutShort
    case badValue
    case leftOver
    /// A frame announces more than `FrameBuffer.payloadByteCountMax`.
    case frameTooLong(byteCount: Int)
}
