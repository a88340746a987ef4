// A form with the boundary `b`: the input is its whole body.

import Judgement
import WebCodec

private let boundary = "b"

/// Small enough that an input of a few hundred bytes reaches every one.
private let smallLimits: MultipartLimits = {
    var limits = MultipartLimits()
    limits.partCountMax = 3
    limits.partHeadByteCountMax = 64
    return limits
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMultipart(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    for limits in [MultipartLimits(), smallLimits] { checkReading(bytes, limits) }
    checkRoundTrip(bytes)
    return 0
}

private func checkReading(_ bytes: [UInt8], _ limits: MultipartLimits) {
    let reference = MultipartReference(
        bytes, boundary: boundary, headByteCountMax: limits.partHeadByteCountMax, partCountMax: limits.partCountMax)
    let readings = cuts(bytes).map { MultipartReading($0, boundary: boundary, limits: limits) }
    for reading in readings {
        require(reading == readings[0], "a form means the same however it is cut")
        let parts = reading.parts.filter(\.hasEnded).map(\.data)
        switch reading.error {
        // Of what stands in a head the reference knows nothing.
        case .headInvalid, .dispositionInvalid:
            require(reference.parts.starts(with: parts), "the parts before a wrong head are what the reference reads")
        case nil, .boundaryInvalid, .delimiterInvalid, .headTooLarge, .tooManyParts, .truncated:
            require(parts == reference.parts, "the parts are what the reference reads")
            let end: MultipartReference.End =
                reading.error == nil ? .complete : reading.error == .truncated ? .incomplete : .invalid
            require(end == reference.end, "\(end) is the end, where the reference says \(reference.end)")
        }
    }
}

/// Whatever is sent arrives.
private func checkRoundTrip(_ data: [UInt8]) {
    // Longer than every input is: no data holds it.
    let boundary = String(repeating: "-", count: 60) + "roundtrip"
    var chance = Chance(of: data)
    let parts = chance.pieces(data, byteCountMax: 300).prefix(MultipartLimits().partCountMax).map { Array($0) }
    guard !data.contains(Array(boundary.utf8)) else { return }
    let head = Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".utf8)
    let form = parts.flatMap { head + $0 + Array("\r\n".utf8) } + Array("--\(boundary)--\r\n".utf8)
    let reading = MultipartReading(
        chance.pieces(form, byteCountMax: 100), boundary: boundary, limits: MultipartLimits())
    require(reading.error == nil && reading.parts.map(\.data) == parts, "what was sent is read")
}
