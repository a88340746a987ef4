/// What a hub asks of a keeper.
package enum ControlRequest: Sendable, Equatable {
    /// Tell me the state now, and the news from now on.
    case attach
    /// Bytes for stdin, and where in the whole of stdin they stand: what was accepted before is not written again, so
    /// that a hub that does not know may send once more.
    case input(offset: UInt64, bytes: [UInt8])
    /// Close stdin when all that was accepted has been written. On a terminal: say the character that ends input there.
    case closeInput
    /// Send a signal to the process group.
    case signal(Int32)
    /// End the process group: SIGTERM now, SIGKILL after the grace, also if the hub is gone by then.
    case terminate(graceMs: UInt64)
    /// Tell a process that has a terminal how large that is now; nothing for any other.
    case resize(TerminalSize)

    /// 32 KiB: half of what a pipe holds, and well below the socket's buffer, so that a hub never waits to send one.
    package static let inputByteCountMax = 32 << 10

    /// The request as a frame.
    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        switch self {
        case .attach:
            fields.number(1)
        case .input(let offset, let bytes):
            fields.number(2)
            fields.number(offset)
            fields.data(bytes)
        case .closeInput:
            fields.number(3)
        case .signal(let signal):
            fields.number(4)
            fields.signed(signal)
        case .terminate(let graceMs):
            fields.number(5)
            fields.number(graceMs)
        case .resize(let size):
            fields.number(6)
            size.write(to: &fields)
        }
        return FrameBuffer.frame(fields.bytes)
    }

    package init(decoding payload: [UInt8]) throws {
        var fields = try FieldReader(payload)
        switch try fields.number() {
        case 1: self = .attach
        case 2: self = .input(offset: try fields.number(), bytes: try fields.data())
        case 3: self = .closeInput
        case 4: self = .signal(try fields.signed())
        case 5: self = .terminate(graceMs: try fields.number())
        case 6: self = .resize(try TerminalSize(from: &fields))
        case let kind: throw MalformedRecord.unknownKind(kind)
        }
        try fields.finish()
    }
}
