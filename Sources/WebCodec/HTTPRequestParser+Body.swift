extension HTTPRequestParser {
    mutating func readCounted(_ remaining: Int) -> Step {
        guard remaining > 0 else { return finish() }
        guard input.count > 0 else { return .needsMore }
        let bytes = input.take(min(remaining, input.count))
        state = .counted(remaining: remaining - bytes.count)
        return .event(.body(bytes))
    }

    /// `1A;name=value`: extensions are read over, within the line's limit, as RFC 9112 section 7.1.1 asks.
    mutating func readChunkSize() throws(HTTPError) -> Step {
        let byteCountMax = HTTPLimits.chunkLineByteCountMax
        let length = try scanLine(
            byteCountMax: byteCountMax,
            tooLong: HTTPError(
                .chunkInvalid, "a chunk's line has more than chunkLineByteCountMax (\(byteCountMax)) bytes"))
        guard let length else { return .needsMore }
        let size = try Self.chunkSize(input.slice(0..<length))
        input.consume(length + 2)
        guard size > 0 else {
            lineByteCountTotal = 0
            state = .trailers
            return .again
        }
        guard size <= limits.byteCountMax(of: bodyHandling) - bodyByteCount else {
            throw limits.bodyTooLarge(bodyHandling)
        }
        bodyByteCount += size
        state = .chunkData(remaining: size)
        return .again
    }

    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        let digits = line.prefix { ASCII.hexValue($0) != nil }
        let rest = line[digits.endIndex...]
        // Fifteen digits fit an Int; nobody needs leading zeros.
        guard (1...15).contains(digits.count), rest.isEmpty || rest.first == UInt8(ascii: ";") else {
            throw HTTPError(.chunkInvalid, "a chunk's size is not a hexadecimal number")
        }
        return digits.reduce(0) { $0 << 4 | (ASCII.hexValue($1) ?? 0) }
    }

    mutating func readChunkData(_ remaining: Int) -> Step {
        guard remaining > 0 else {
            state = .chunkDataEnd
            return .again
        }
        guard input.count > 0 else { return .needsMore }
        let bytes = input.take(min(remaining, input.count))
        state = .chunkData(remaining: remaining - bytes.count)
        return .event(.body(bytes))
    }

    mutating func readChunkDataEnd() throws(HTTPError) -> Step {
        guard input.count > 0 else { return .needsMore }
        let isLine = input[0] == ASCII.carriageReturn && (input.count < 2 || input[1] == ASCII.lineFeed)
        guard isLine else { throw HTTPError(.chunkInvalid, "a chunk is longer than its size says") }
        guard input.count >= 2 else { return .needsMore }
        input.consume(2)
        state = .chunkSize
        return .again
    }
}
