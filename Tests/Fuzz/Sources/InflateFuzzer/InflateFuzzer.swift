// Deflated data: the input is the payload of a message that says it is deflated, and a gzip member. Then it is a message
// that is deflated and comes back.

import Judgement
import WebCodec

private let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInflate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    // The larger limit is more than is inflated between two looks at it.
    for byteCountMax in [40, 20_000] { checkReading(bytes, byteCountMax: byteCountMax) }
    checkGzip(bytes)
    checkRoundTrip(bytes)
    return 0
}

private func read(_ payload: [UInt8], limits: WebSocketLimits, _ chance: inout Chance) -> [WebSocketReading] {
    var frame = WebSocketFrame.header(.binary, payloadByteCount: payload.count, isMasked: false, isDeflated: true)
    frame += payload
    let pieces = [[frame[...]], chance.pieces(frame, byteCountMax: 50)]
    return pieces.map { WebSocketReading($0, role: .client, limits: limits, inflates: true) }
}

private func checkReading(_ payload: [UInt8], byteCountMax: Int) {
    var limits = WebSocketLimits()
    limits.messageByteCountMax = byteCountMax
    var chance = Chance(of: payload)
    let reference = InflateReference.inflate(payload + tail, byteCountMax: byteCountMax)
    for reading in read(payload, limits: limits, &chance) {
        switch reference {
        case .whole(let message):
            require(reading.error == nil && reading.events == [.binary(message)], "the message is the reference's")
        case .tooBig: require(reading.error?.code == 1009 && reading.events.isEmpty, "a bomb is found")
        case .wrong: require(reading.error?.code == 1007 && reading.events.isEmpty, "what is no deflate is found")
        }
    }
}

private func checkGzip(_ bytes: [UInt8]) {
    let byteCountMax = 1000
    let body = Gzip.decompressed(bytes, byteCountMax: byteCountMax)
    require(body.map { $0.count <= byteCountMax } ?? true, "byteCountMax holds")
    // Making a compressor takes longer than all else here.
    guard bytes.reduce(0, &+) % 8 == 0 else { return }
    let compressed = Gzip.compressed(bytes)
    require(compressed.flatMap { Gzip.decompressed($0, byteCountMax: bytes.count) } == bytes, "gzip comes back")
}

private func checkRoundTrip(_ message: [UInt8]) {
    var chance = Chance(of: message)
    for window in [MessageDeflater.Window.wide, .narrow] {
        let deflated = unsafe message.withUnsafeBytes { unsafe MessageDeflater.deflate($0, window: window) }
        guard let deflated else { continue }
        require(deflated.count < message.count, "it is deflated where that is shorter")
        let inflated = InflateReference.inflate(deflated + tail, byteCountMax: message.count)
        require(inflated == .whole(message), "the reference inflates what we deflate")
        for reading in read(deflated, limits: WebSocketLimits(), &chance) {
            require(reading.error == nil && reading.events == [.binary(message)], "what was deflated is inflated")
        }
    }
}
