// The body of one chunked request: the input is everything behind its head.

import Judgement
import WebCodec

private let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)

/// Small enough that an input of a few hundred bytes reaches every one.
private let smallLimits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.headByteCountMax = 100
    limits.bodyByteCountMax = 64
    return limits
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChunked(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    for limits in [HTTPLimits(), smallLimits] { checkReading(bytes, limits) }
    checkRoundTrip(bytes)
    return 0
}

private func checkReading(_ bytes: [UInt8], _ limits: HTTPLimits) {
    let reference = ChunkedReference(
        bytes, lineByteCountMax: HTTPLimits.chunkLineByteCountMax, bodyByteCountMax: limits.bodyByteCountMax,
        trailerByteCountMax: limits.headByteCountMax)
    var message = bytes
    if case .complete(let byteCount) = reference.end { message = Array(bytes.prefix(byteCount)) }
    for pieces in cuts(message) {
        let reading = RequestReading([head[...]] + pieces, limits: limits)
        require(reading.messages.count == 1, "there is one request")
        require(reading.messages[0].body == reference.body, "the body is what the reference reads")
        let end: ChunkedReference.End =
            reading.messages[0].hasEnded
            ? .complete(byteCount: message.count) : reading.error == nil ? .incomplete : .invalid
        require(end == reference.end, "\(end) is the end, where the reference says \(reference.end)")
    }
}

/// Whatever is sent in chunks arrives.
private func checkRoundTrip(_ body: [UInt8]) {
    var chance = Chance(of: body)
    let chunks = chance.pieces(body, byteCountMax: 300)
    let sent = head + chunks.flatMap { ChunkedEncoding.chunk($0) } + ChunkedEncoding.end
    let reading = RequestReading(chance.pieces(sent, byteCountMax: 100), limits: HTTPLimits())
    let message = reading.messages.first
    require(reading.error == nil && message?.hasEnded == true && message?.body == body, "what was chunked is read")
}
