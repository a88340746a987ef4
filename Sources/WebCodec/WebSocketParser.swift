/// One connection's incoming frames, strictly by RFC 6455, put together to messages. Feed it with `append`, ask with
/// `next` until it has nothing more to say; after a close frame or an error it never has.
package struct WebSocketParser: Sendable {
    package enum Event: Sendable, Equatable {
        /// Valid UTF-8.
        case text([UInt8])
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        /// 1005 when the peer gave no code.
        case close(code: UInt16, reason: String)
    }

    private struct Frame: Sendable {
        let isFinal: Bool
        let isDeflated: Bool
        let opcode: WebSocketOpcode
        let mask: WebSocketMask?
        let payloadByteCount: Int
        var receivedByteCount = 0

        var dueByteCount: Int { payloadByteCount - receivedByteCount }
    }

    private enum State: Sendable {
        case header
        case payload(Frame)
        case closed
        case failed(WebSocketError)
    }

    private let role: WebSocketRole
    private let limits: WebSocketLimits
    /// Whether permessage-deflate was agreed to.
    private let inflates: Bool
    private var input = InputBuffer()
    private var state = State.header
    /// Set while a message is begun and not finished.
    private var messageOpcode: WebSocketOpcode?
    private var message: [UInt8] = []
    /// Set while the message is a deflated one.
    private var inflater: MessageInflater?
    private var deflatedByteCount = 0
    private var fragmentCount = 0
    private var validator = UTF8Validator()
    private var control: [UInt8] = []

    /// - Parameter inflates: whether permessage-deflate was agreed to, without context takeover by the peer.
    package init(role: WebSocketRole, limits: WebSocketLimits = WebSocketLimits(), inflates: Bool = false) {
        self.role = role
        self.limits = limits
        self.inflates = inflates
    }

    package var bufferedByteCount: Int { input.count }
    /// Whether a deflated message is under way, which holds some 40 KiB.
    var isInflating: Bool { inflater != nil }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        switch state {
        case .header, .payload: input.append(bytes)
        case .closed, .failed: break
        }
    }

    /// - Returns: nil when more bytes are needed.
    /// - Throws: for ever the same once it has thrown; the connection must close with its code.
    package mutating func next() throws(WebSocketError) -> Event? {
        do throws(WebSocketError) {
            while true {
                switch state {
                case .header:
                    guard let frame = try readHeader() else { return nil }
                    state = .payload(frame)
                case .payload(let frame):
                    let frame = try readPayload(of: frame)
                    state = .payload(frame)
                    guard frame.dueByteCount == 0 else { return nil }
                    state = .header
                    if let event = try finish(frame) { return event }
                case .closed: return nil
                case .failed(let error): throw error
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private mutating func readHeader() throws(WebSocketError) -> Frame? {
        guard input.count >= 2 else { return nil }
        let (first, second) = (input[0], input[1])
        guard first & 0x30 == 0 else { throw .protocolError("a reserved bit is set") }
        guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else { throw .protocolError("a reserved opcode") }
        // RFC 7692 section 6: the first frame of a data message says it for all, and control frames never do.
        let isDeflated = first & 0x40 != 0
        guard !isDeflated || inflates && (opcode == .text || opcode == .binary) else {
            throw .protocolError("a reserved bit is set")
        }
        let isFinal = first & 0x80 != 0
        let isMasked = second & 0x80 != 0
        let shortLength = Int(second & 0x7F)
        try check(opcode, isFinal: isFinal, isMasked: isMasked, shortLength: shortLength)

        let extendedByteCount = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0
        let keyStart = 2 + extendedByteCount
        guard input.count >= keyStart else { return nil }
        let length = try length(shortLength, extendedByteCount: extendedByteCount)
        if !opcode.isControl { try checkMessage(adding: length, isDeflated: isDeflated || inflater != nil) }
        guard isMasked else {
            input.consume(keyStart)
            return Frame(
                isFinal: isFinal, isDeflated: isDeflated, opcode: opcode, mask: nil, payloadByteCount: length)
        }
        guard input.count >= keyStart + 4 else { return nil }
        let key = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(input[keyStart + $1]) }
        input.consume(keyStart + 4)
        return Frame(
            isFinal: isFinal, isDeflated: isDeflated, opcode: opcode, mask: WebSocketMask(key), payloadByteCount: length
        )
    }

    private func check(
        _ opcode: WebSocketOpcode, isFinal: Bool, isMasked: Bool, shortLength: Int
    ) throws(WebSocketError) {
        switch role {
        case .server where !isMasked: throw .protocolError("a client's frame is not masked")
        case .client where isMasked: throw .protocolError("a server's frame is masked")
        case .server, .client: break
        }
        switch opcode {
        case .close, .ping, .pong:
            guard isFinal else { throw .protocolError("a control frame is fragmented") }
            guard shortLength <= WebSocketFrame.controlPayloadByteCountMax else {
                throw .protocolError("a control frame has more than 125 bytes")
            }
        case .continuation:
            guard messageOpcode != nil else { throw .protocolError("nothing to continue") }
        case .text, .binary:
            guard messageOpcode == nil else { throw .protocolError("a message begins inside another") }
        }
    }

    private func length(_ shortLength: Int, extendedByteCount: Int) throws(WebSocketError) -> Int {
        guard extendedByteCount > 0 else { return shortLength }
        guard extendedByteCount == 2 || input[2] < 0x80 else { throw .protocolError("a length of more than 63 bits") }
        let length = (0..<extendedByteCount).reduce(0) { $0 << 8 | Int(input[2 + $1]) }
        guard length > (extendedByteCount == 2 ? WebSocketFrame.controlPayloadByteCountMax : Int(UInt16.max)) else {
            throw .protocolError("a length that is not in its shortest form")
        }
        return length
    }

    private func checkMessage(adding length: Int, isDeflated: Bool) throws(WebSocketError) {
        let room =
            isDeflated
            ? limits.deflatedByteCountMax - deflatedByteCount : limits.messageByteCountMax - message.count
        guard length <= room else { throw messageTooBig }
        guard fragmentCount < limits.fragmentCountMax else {
            throw .tooBig("more than fragmentCountMax (\(limits.fragmentCountMax)) fragments")
        }
    }

    /// Moves what is there of the payload to its message, unmasked and checked, so that bad text fails at once.
    private mutating func readPayload(of frame: Frame) throws(WebSocketError) -> Frame {
        var frame = frame
        let byteCount = min(frame.dueByteCount, input.count)
        let bytes = input.slice(0..<byteCount)
        if frame.opcode.isControl {
            let start = control.count
            control.append(contentsOf: bytes)
            frame.mask?.apply(to: &control, from: start, payloadOffset: frame.receivedByteCount)
        } else {
            let start = message.count
            if frame.isDeflated || inflater != nil {
                var deflated = Array(bytes)
                frame.mask?.apply(to: &deflated, from: 0, payloadOffset: frame.receivedByteCount)
                try inflate(deflated)
            } else {
                message.append(contentsOf: bytes)
                frame.mask?.apply(to: &message, from: start, payloadOffset: frame.receivedByteCount)
            }
            try checkText(messageOpcode ?? frame.opcode, from: start)
        }
        frame.receivedByteCount += byteCount
        input.consume(byteCount)
        return frame
    }

    private mutating func checkText(_ opcode: WebSocketOpcode, from start: Int) throws(WebSocketError) {
        guard opcode == .text, !validator.append(message, from: start) else { return }
        throw .invalidPayload("text that is not UTF-8")
    }

    /// - Parameter deflated: nil is the end of the message.
    private mutating func inflate(_ deflated: [UInt8]?) throws(WebSocketError) {
        guard let inflater = inflater ?? MessageInflater() else {
            throw WebSocketError(code: WebSocketCloseCode.internalError, reason: "no memory")
        }
        self.inflater = inflater
        do throws(MessageInflater.Failure) {
            if let deflated {
                deflatedByteCount += deflated.count
                try inflater.inflate(deflated, onto: &message, byteCountMax: limits.messageByteCountMax)
            } else {
                try inflater.finish(onto: &message, byteCountMax: limits.messageByteCountMax)
            }
        } catch {
            switch error {
            case .tooBig: throw messageTooBig
            case .wrong: throw .invalidPayload("data that cannot be inflated")
            }
        }
    }

    private var messageTooBig: WebSocketError {
        .tooBig("more than messageByteCountMax (\(limits.messageByteCountMax)) bytes")
    }

    private mutating func finish(_ frame: Frame) throws(WebSocketError) -> Event? {
        if frame.opcode.isControl {
            defer { control.removeAll(keepingCapacity: false) }
            switch frame.opcode {
            case .ping: return .ping(control)
            case .pong: return .pong(control)
            case .close, .text, .binary, .continuation: return try closeEvent()
            }
        }
        let opcode = messageOpcode ?? frame.opcode
        if frame.isFinal, inflater != nil {
            let start = message.count
            try inflate(nil)
            try checkText(opcode, from: start)
        }
        guard frame.isFinal else {
            messageOpcode = opcode
            fragmentCount += 1
            return nil
        }
        guard validator.isAtBoundary else { throw .invalidPayload("text that ends inside a character") }
        defer {
            messageOpcode = nil
            message = []
            inflater = nil
            deflatedByteCount = 0
            fragmentCount = 0
        }
        return opcode == .text ? .text(message) : .binary(message)
    }

    private mutating func closeEvent() throws(WebSocketError) -> Event {
        guard control.count != 1 else { throw .protocolError("a close frame with half a code") }
        let code =
            control.isEmpty ? WebSocketCloseCode.none : UInt16(control[0]) << 8 | UInt16(control[1])
        guard control.isEmpty || WebSocketCloseCode.isValid(code) else {
            throw .protocolError("a close code that must not be sent")
        }
        guard let reason = String(validating: control.dropFirst(2), as: UTF8.self) else {
            throw .invalidPayload("a close reason that is not UTF-8")
        }
        state = .closed
        input = InputBuffer()
        return .close(code: code, reason: reason)
    }
}
