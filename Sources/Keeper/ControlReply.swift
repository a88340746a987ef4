/// What a keeper tells a hub. Each tells how things stand and not what has changed, so that a later one makes up for any
/// number that were left out.
///
/// That the process has ended is told by the end of the connection: the file `exit` is there before it.
package enum ControlReply: Sendable, Equatable {
    /// Answers `attach`.
    case state(KeeperState)
    /// Answers `input` and `closeInput`; comes again when there is room after there was too little.
    case input(InputState)
    case grew(SpoolSizes)

    /// The reply as a frame.
    package func encoded() -> [UInt8] {
        var fields = FieldWriter()
        switch self {
        case .state(let state):
            fields.number(1)
            fields.signed(state.childPid)
            state.input.write(to: &fields)
            state.spools.write(to: &fields)
        case .input(let input):
            fields.number(2)
            input.write(to: &fields)
        case .grew(let spools):
            fields.number(3)
            spools.write(to: &fields)
        }
        return FrameBuffer.frame(fields.bytes)
    }

    package init(decoding payload: [UInt8]) throws {
        var fields = try FieldReader(payload)
        switch try fields.number() {
        case 1:
            let childPid = try fields.signed()
            let input = try InputState(from: &fields)
            self = .state(KeeperState(childPid: childPid, input: input, spools: try SpoolSizes(from: &fields)))
        case 2: self = .input(try InputState(from: &fields))
        case 3: self = .grew(try SpoolSizes(from: &fields))
        case let kind: throw MalformedRecord.unknownKind(kind)
        }
        try fields.finish()
    }
}

extension SpoolSizes {
    fileprivate func write(to fields: inout FieldWriter) {
        fields.number(stdout)
        fields.number(stderr)
    }

    fileprivate init(from fields: inout FieldReader) throws {
        self.init(stdout: try fields.number(), stderr: try fields.number())
    }
}

extension InputState {
    fileprivate func write(to fields: inout FieldWriter) {
        fields.number(acceptedByteCount)
        fields.number(roomByteCount)
        fields.flag(isOpen)
    }

    fileprivate init(from fields: inout FieldReader) throws {
        self.init(
            acceptedByteCount: try fields.number(), roomByteCount: try fields.number(), isOpen: try fields.flag())
    }
}
