// Whole requests, one behind the other: heads, counted and chunked bodies.

import Judgement
import WebCodec

/// Small enough that an input of a few hundred bytes reaches every one.
private let smallLimits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.headByteCountMax = 300
    limits.headerCountMax = 6
    limits.targetByteCountMax = 48
    limits.bodyByteCountMax = 64
    return limits
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    for limits in [HTTPLimits(), smallLimits] {
        let readings = cuts(bytes).map { RequestReading($0, limits: limits) }
        for reading in readings { require(reading == readings[0], "cutting changes nothing") }
        readings[0].judgeBodies(limits)
        checkRoundTrip(readings[0])
    }
    return 0
}

/// What was understood, written down and read again, is the same.
private func checkRoundTrip(_ reading: RequestReading) {
    let complete = reading.messages.filter(\.hasEnded)
    var written: [UInt8] = []
    for message in complete {
        written += message.head.written
        switch message.head.bodyLength {
        case .counted: written += message.body
        case .chunked: written += ChunkedEncoding.chunk(message.body) + ChunkedEncoding.end
        }
    }
    let again = RequestReading([written[...]], limits: HTTPLimits())
    require(again.error == nil && again.messages == complete, "what is written again is read as it was")
}
