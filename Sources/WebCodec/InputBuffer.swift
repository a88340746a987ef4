/// Bytes that have arrived and are not yet consumed. Consumption moves an index; memory moves only when more arrives.
struct InputBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0

    var count: Int { bytes.count - start }

    /// Takes over an array as it is when nothing is waiting, which is the usual case.
    mutating func append(_ more: some Collection<UInt8>) {
        if count == 0 {
            bytes = Array(more)
        } else {
            bytes.removeSubrange(..<start)
            bytes.append(contentsOf: more)
        }
        start = 0
    }

    /// - Parameter offset: from the first byte that is not consumed.
    subscript(_ offset: Int) -> UInt8 { bytes[start + offset] }

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(start + range.lowerBound)..<(start + range.upperBound)]
    }

    mutating func consume(_ byteCount: Int) {
        start += byteCount
        precondition(start <= bytes.count, "consumed more than there is")
        if start == bytes.count { self = InputBuffer() }  // an idle connection holds no buffer
    }

    mutating func take(_ byteCount: Int) -> [UInt8] {
        defer { consume(byteCount) }
        return Array(slice(0..<byteCount))
    }
}
