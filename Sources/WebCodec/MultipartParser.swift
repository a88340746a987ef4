/// Reads `multipart/form-data` (RFC 7578 on RFC 2046 section 5.1) as it comes: bytes in, events out. However the bytes
/// are cut, the same parts come out, with the same data in pieces of another size.
///
///     parser.append(bytes)
///     while let event = try parser.next() { … }
///     try parser.finish()   // when the body has ended
///
/// It holds what it cannot decide yet and nothing else: the beginning of a delimiter, or a part's head. Preamble
/// and epilogue are read over.
package struct MultipartParser: Sendable {
    package enum Event: Sendable, Equatable {
        case partBegan(MultipartPart)
        /// Never empty; of the part that has begun.
        case data([UInt8])
        case partEnded
        /// The last delimiter has come. What comes behind it means nothing.
        case ended
    }

    private enum State {
        case preamble
        /// Behind a delimiter's boundary.
        case delimiter
        case head
        case data
        case epilogue
    }

    private enum Scan {
        case needsMore
        case other(byteCount: Int)
        case delimiter(byteCount: Int)
    }

    /// The line's end before it belongs to the delimiter.
    private let delimiter: [UInt8]
    private let limits: MultipartLimits
    private var input = InputBuffer()
    private var state = State.preamble
    /// Whether a delimiter may stand here without the line's end, which has been read already.
    private var isAtLineStart = true
    private var partCount = 0
    private var headByteCount = 0
    private var headers: HTTPHeaders = [:]
    private var failure: MultipartError?

    package init(boundary: String, limits: MultipartLimits = MultipartLimits()) throws(MultipartError) {
        guard Self.isBoundary(boundary) else {
            throw MultipartError(.boundaryInvalid, "the boundary is not 1 to 70 of the bytes that RFC 2046 allows")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    /// - Parameter contentType: of the request.
    package init(contentType: String, limits: MultipartLimits = MultipartLimits()) throws(MultipartError) {
        guard let field = ParameterField(contentType), field.value == Self.mediaType, let boundary = field["boundary"]
        else { throw MultipartError(.boundaryInvalid, "Content-Type is not \(Self.mediaType) with a boundary") }
        try self.init(boundary: boundary, limits: limits)
    }

    package static let mediaType = "multipart/form-data"

    /// For tests.
    package var heldByteCount: Int { input.count }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if state == .epilogue || failure != nil { return }
        input.append(bytes)
    }

    /// - Returns: nil when more must come.
    /// - Throws: from the first error on, always that.
    package mutating func next() throws(MultipartError) -> Event? {
        if let failure { throw failure }
        do throws(MultipartError) {
            return try advance()
        } catch {
            failure = error
            throw error
        }
    }

    /// To be called when the body has ended and `next` has nothing more.
    package func finish() throws(MultipartError) {
        if let failure { throw failure }
        guard state == .epilogue else { throw MultipartError(.truncated, "the form ends before its last delimiter") }
    }

    private mutating func advance() throws(MultipartError) -> Event? {
        while true {
            switch state {
            case .preamble, .data:
                let isData = state == .data
                switch scan() {
                case .needsMore: return nil
                case .other(let byteCount):
                    isAtLineStart = false
                    let bytes = input.take(byteCount)
                    if isData { return .data(bytes) }
                case .delimiter(let byteCount):
                    input.consume(byteCount)
                    headByteCount = 0
                    state = .delimiter
                    if isData { return .partEnded }
                }
            case .delimiter:
                guard try readDelimiterEnd() else { return nil }
                if state == .epilogue { return .ended }
            case .head:
                guard let line = try readLine() else { return nil }
                guard line.isEmpty else {
                    let field = try Self.field(line)
                    headers.append(field.name, field.value)
                    continue
                }
                let part = try MultipartPart(headers)
                (headers, state, isAtLineStart) = ([:], .data, true)
                return .partBegan(part)
            case .epilogue:
                input = InputBuffer()
                return nil
            }
        }
    }
}

// MARK: Delimiters

extension MultipartParser {
    /// How much of the input is not, or is, a delimiter. The only CR of a delimiter is its first byte, so looking on
    /// from the next CR misses none, and no byte is compared more than twice.
    private func scan() -> Scan {
        if isAtLineStart {
            switch match(delimiter[2...], at: 0) {
            case true?: return .delimiter(byteCount: delimiter.count - 2)
            case nil: return .needsMore
            case false?: break
            }
        }
        var offset = 0
        let waiting = input.slice(0..<input.count)
        while let place = waiting[(waiting.startIndex + offset)...].firstIndex(of: ASCII.carriageReturn) {
            offset = place - waiting.startIndex
            switch match(delimiter[...], at: offset) {
            case true? where offset == 0: return .delimiter(byteCount: delimiter.count)
            case true?, nil: return offset > 0 ? .other(byteCount: offset) : .needsMore
            case false?: offset += 1
            }
        }
        return waiting.isEmpty ? .needsMore : .other(byteCount: waiting.count)
    }

    /// - Returns: nil when what has come may yet become it.
    private func match(_ pattern: ArraySlice<UInt8>, at offset: Int) -> Bool? {
        let there = input.slice(offset..<min(input.count, offset + pattern.count))
        guard pattern.starts(with: there) else { return false }
        return there.count == pattern.count ? true : nil
    }

    /// `--`, or padding and a line's end. A longer line that begins with the boundary is no other line (RFC 2046 section
    /// 5.1.1): nobody may have meant it.
    private mutating func readDelimiterEnd() throws(MultipartError) -> Bool {
        let invalid = MultipartError(.delimiterInvalid, "a delimiter is followed by what does not belong to it")
        while input.count > 0, input[0] == ASCII.space || input[0] == ASCII.tab {
            input.consume(1)
            try countHead(1)
        }
        guard input.count > 0 else { return false }
        let isLast = input[0] == UInt8(ascii: "-") && headByteCount == 0
        let end = isLast ? Array("--".utf8) : [ASCII.carriageReturn, ASCII.lineFeed]
        guard input[0] == end[0], input.count < 2 || input[1] == end[1] else { throw invalid }
        guard input.count >= 2 else { return false }
        input.consume(2)
        guard !isLast else {
            state = .epilogue
            return true
        }
        try countHead(2)
        guard partCount < limits.partCountMax else {
            throw MultipartError(.tooManyParts, "the form has more than partCountMax (\(limits.partCountMax)) parts")
        }
        partCount += 1
        state = .head
        return true
    }

    private static func isBoundary(_ text: String) -> Bool {
        (1...MultipartLimits.boundaryByteCountMax).contains(text.utf8.count) && text.utf8.last != ASCII.space
            && text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "'()+_,-./:=? ".utf8.contains($0) }
    }
}

// MARK: Heads

extension MultipartParser {
    /// - Returns: without its end; nil when it has not come to it.
    private mutating func readLine() throws(MultipartError) -> ArraySlice<UInt8>? {
        let byteCountMax = limits.partHeadByteCountMax - headByteCount
        guard
            let length = input.slice(0..<min(input.count, byteCountMax)).firstIndex(of: ASCII.lineFeed)
                .map({ $0 - input.start })
        else {
            if input.count >= byteCountMax { throw headTooLarge }
            return nil
        }
        let line = input.slice(0..<length)
        guard line.last == ASCII.carriageReturn else {
            throw MultipartError(.headInvalid, "a line of a part's head ends without CR")
        }
        input.consume(length + 1)
        try countHead(length + 1)
        return line.dropLast()
    }

    private mutating func countHead(_ byteCount: Int) throws(MultipartError) {
        headByteCount += byteCount
        guard headByteCount <= limits.partHeadByteCountMax else { throw headTooLarge }
    }

    private var headTooLarge: MultipartError {
        MultipartError(
            .headTooLarge, "a part's head has more than partHeadByteCountMax (\(limits.partHeadByteCountMax)) bytes")
    }

    /// As strict as a request's: no folding, no space before the colon, text in UTF-8.
    private static func field(_ line: ArraySlice<UInt8>) throws(MultipartError) -> HTTPHeaders.Field {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(ASCII.isToken),
            line[colon...].allSatisfy({ !ASCII.isControl($0) || $0 == ASCII.tab }),
            let value = String(validating: line[(colon + 1)...], as: UTF8.self)
        else { throw MultipartError(.headInvalid, "a part's head has a line that is no field") }
        return HTTPHeaders.Field(
            name: String(decoding: line[..<colon], as: UTF8.self), value: ASCII.trimmed(value[...]))
    }
}
