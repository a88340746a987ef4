// Frames: the input is what a peer sends after the handshake, to a server and to a client. Then it is a message that is
// cut into frames, and text as it is.

import Judgement
import WebCodec

/// Small enough that an input of a few hundred bytes reaches both.
private let smallLimits: WebSocketLimits = {
    var limits = WebSocketLimits()
    limits.messageByteCountMax = 40
    limits.fragmentCountMax = 4
    return limits
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    for role in [WebSocketRole.server, .client] {
        for limits in [WebSocketLimits(), smallLimits] { checkReading(bytes, role, limits) }
        checkInflating(bytes, role)
        checkRoundTrip(bytes, role)
    }
    return 0
}

private func checkReading(_ bytes: [UInt8], _ role: WebSocketRole, _ limits: WebSocketLimits) {
    let reference = WebSocketReference(bytes, role: role, limits: limits)
    let readings = cuts(bytes).map { WebSocketReading($0, role: role, limits: limits) }
    for reading in readings { require(reading == readings[0], "cutting changes nothing") }
    require(readings[0].events == reference.events, "the events are what the reference reads")
    require(readings[0].error?.code == reference.errorCode, "the error is what the reference finds")
}

/// Where frames may be deflated. Which of two errors in one message is met first is a matter of its pieces: text is checked
/// once a piece is inflated.
private func checkInflating(_ bytes: [UInt8], _ role: WebSocketRole) {
    let readings = cuts(bytes).map { WebSocketReading($0, role: role, limits: smallLimits, inflates: true) }
    for reading in readings {
        require(reading.events == readings[0].events, "cutting changes nothing")
        require((reading.error == nil) == (readings[0].error == nil), "cutting changes nothing")
    }
}

/// What is sent in fragments with pings between them arrives; text only when it is UTF-8.
private func checkRoundTrip(_ payload: [UInt8], _ role: WebSocketRole) {
    var chance = Chance(of: payload)
    for opcode in [WebSocketOpcode.text, .binary] {
        var sent: [UInt8] = []
        var events: [WebSocketParser.Event] = []
        let pieces = payload.isEmpty ? [[]] : chance.pieces(payload, byteCountMax: 400)
        for (index, piece) in pieces.enumerated() {
            var frame = encode(index == 0 ? opcode : .continuation, piece, to: role, &chance)
            if index < pieces.count - 1 { frame[0] &= 0x7F }
            if Bool.random(using: &chance) {
                let ping = Array(piece.prefix(125))
                sent += encode(.ping, ping, to: role, &chance)
                events.append(.ping(ping))
            }
            sent += frame
        }
        guard pieces.count <= WebSocketLimits().fragmentCountMax else { return }
        let reading = WebSocketReading(chance.pieces(sent, byteCountMax: 100), role: role, limits: WebSocketLimits())
        if opcode == .text, String(validating: payload, as: UTF8.self) == nil {
            require(reading.error?.code == WebSocketCloseCode.invalidPayload, "what is not UTF-8 is no text")
        } else {
            events.append(opcode == .text ? .text(payload) : .binary(payload))
            require(reading.error == nil && reading.events == events, "what was framed is read")
        }
    }
}

private func encode(
    _ opcode: WebSocketOpcode, _ payload: some Collection<UInt8>, to role: WebSocketRole, _ chance: inout Chance
) -> [UInt8] {
    switch role {
    case .server:
        WebSocketFrame.encode(
            opcode, payload, maskedWith: WebSocketMask(UInt32(truncatingIfNeeded: chance.next())))
    case .client: WebSocketFrame.encode(opcode, payload)
    }
}
