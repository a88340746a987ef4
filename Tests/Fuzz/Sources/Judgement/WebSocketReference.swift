package import WebCodec

/// RFC 6455 section 5, read a second time: plainly, over bytes that are all there.
package struct WebSocketReference {
    package private(set) var events: [WebSocketParser.Event] = []
    /// The close code of what is wrong.
    package private(set) var errorCode: UInt16?

    private let role: WebSocketRole
    private let limits: WebSocketLimits
    private var opcode: UInt8?
    private var message: [UInt8] = []
    private var fragmentCount = 0

    private struct Stop: Error {
        let code: UInt16?
    }

    package init(_ bytes: [UInt8], role: WebSocketRole, limits: WebSocketLimits) {
        (self.role, self.limits) = (role, limits)
        do {
            var rest = bytes[...]
            while true { try readFrame(&rest) }
        } catch let stop as Stop {
            errorCode = stop.code
        } catch {
            fatalError("only Stop is thrown")
        }
    }

    private func fail(_ code: UInt16, unless holds: Bool) throws {
        if !holds { throw Stop(code: code) }
    }

    private func take(_ count: Int, of rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
        guard rest.count >= count else { throw Stop(code: nil) }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private mutating func readFrame(_ rest: inout ArraySlice<UInt8>) throws {
        let first = try take(2, of: &rest)
        let (isFinal, frameOpcode, short) = (first[0] & 0x80 != 0, first[0] & 0x0F, Int(first[1] & 0x7F))
        let isControl = [8, 9, 10].contains(frameOpcode)
        try fail(1002, unless: first[0] & 0x70 == 0 && [0, 1, 2, 8, 9, 10].contains(frameOpcode))
        try fail(1002, unless: (first[1] & 0x80 != 0) == (role == .server))
        if isControl {
            try fail(1002, unless: isFinal && short <= 125)
        } else {
            try fail(1002, unless: (frameOpcode == 0) == (opcode != nil))
        }
        var length = UInt64(short)
        if short >= 126 {
            length = try take(short == 126 ? 2 : 8, of: &rest).reduce(0) { $0 << 8 | UInt64($1) }
            try fail(1002, unless: length < 1 << 63 && length > (short == 126 ? 125 : 65_535))
        }
        if !isControl {
            try fail(1009, unless: UInt64(message.count) + length <= UInt64(limits.messageByteCountMax))
            try fail(1009, unless: fragmentCount < limits.fragmentCountMax)
        }
        let key = role == .server ? try take(4, of: &rest) : [0, 0, 0, 0]
        let payload = rest.prefix(Int(length)).enumerated().map { $1 ^ key[$0 % 4] }
        rest = rest.dropFirst(payload.count)
        let isWhole = payload.count == Int(length)
        if isControl {
            guard isWhole else { throw Stop(code: nil) }
            try finishControl(frameOpcode, payload)
        } else {
            try addToMessage(frameOpcode, payload, isWhole: isWhole, isFinal: isFinal)
        }
    }

    private mutating func addToMessage(_ frameOpcode: UInt8, _ payload: [UInt8], isWhole: Bool, isFinal: Bool) throws {
        let kind = opcode ?? frameOpcode
        message += payload
        if kind == 1 {
            try fail(1007, unless: Self.canBecomeText(message))
            if isWhole, isFinal { try fail(1007, unless: String(validating: message, as: UTF8.self) != nil) }
        }
        guard isWhole else { throw Stop(code: nil) }
        guard isFinal else {
            opcode = kind
            fragmentCount += 1
            return
        }
        events.append(kind == 1 ? .text(message) : .binary(message))
        (opcode, message, fragmentCount) = (nil, [], 0)
    }

    private mutating func finishControl(_ opcode: UInt8, _ payload: [UInt8]) throws {
        switch opcode {
        case 9: events.append(.ping(payload))
        case 10: events.append(.pong(payload))
        default:
            try fail(1002, unless: payload.count != 1)
            let code = payload.isEmpty ? 1005 : UInt16(payload[0]) << 8 | UInt16(payload[1])
            let isLegal = [1000...1003, 1007...1014, 3000...4999].contains { $0.contains(code) }
            try fail(1002, unless: isLegal || payload.isEmpty)
            let reason = String(validating: payload.dropFirst(2), as: UTF8.self)
            try fail(1007, unless: reason != nil)
            events.append(.close(code: code, reason: reason ?? ""))
            throw Stop(code: nil)
        }
    }

    /// Whether the standard library would take it with some three bytes more at most.
    static func canBecomeText(_ bytes: [UInt8]) -> Bool {
        var endings: [[UInt8]] = [[]]
        for _ in 0..<4 {
            if endings.contains(where: { String(validating: bytes + $0, as: UTF8.self) != nil }) { return true }
            endings = endings.flatMap { ending in [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF].map { ending + [$0] } }
        }
        return false
    }
}
