extension HTTPRequestParser {
    mutating func readRequestLine(sawEmptyLine: Bool) throws(HTTPError) -> Step {
        let limits = limits
        let byteCountMax = min(RequestLine.byteCountMax(limits), limits.headByteCountMax)
        guard let length = try scanLine(byteCountMax: byteCountMax, tooLong: RequestLine.targetTooLong(limits))
        else { return .needsMore }
        if length == 0 {
            guard !sawEmptyLine else { throw HTTPError(.requestLineInvalid, "empty lines instead of a request") }
            state = .idle(sawEmptyLine: true)
            input.consume(2)
            return .again
        }
        requestLine = try RequestLine(input.slice(0..<length), limits: limits)
        lineByteCountTotal = length + 2
        input.consume(length + 2)
        state = .fields
        return .again
    }

    mutating func readField() throws(HTTPError) -> Step {
        guard let line = try takeFieldLine() else { return .needsMore }
        guard line.isEmpty else {
            let field = try Self.field(line)
            guard headers.fields.count < limits.headerCountMax else {
                throw HTTPError(.headTooLarge, "more than headerCountMax (\(limits.headerCountMax)) header fields")
            }
            headers.append(field.name, field.value)
            return .again
        }
        guard let requestLine else { preconditionFailure("fields come after a request line") }
        let head = try RequestHead(requestLine, headers)
        bodyHandling = bodyRule(head)
        self.requestLine = nil
        headers = HTTPHeaders()
        bodyByteCount = 0
        lineByteCountTotal = 0
        state =
            switch head.bodyLength {
            case .counted(let count): .counted(remaining: count)
            case .chunked: .chunkSize
            }
        if case .counted(let count) = head.bodyLength, count > limits.byteCountMax(of: bodyHandling) {
            throw limits.bodyTooLarge(bodyHandling)
        }
        return .event(.head(head))
    }

    /// Trailers are checked as fields are, counted against the same limits, and dropped: nobody asked for them, and a
    /// field that arrives after the decision it should have guided is a way to smuggle (RFC 9110 section 6.5.1).
    mutating func readTrailer() throws(HTTPError) -> Step {
        guard let line = try takeFieldLine() else { return .needsMore }
        if line.isEmpty { return finish() }
        _ = try Self.field(line)
        return .again
    }

    mutating func finish() -> Step {
        state = .idle(sawEmptyLine: false)
        lineByteCountTotal = 0
        return .event(.end)
    }

    private mutating func takeFieldLine() throws(HTTPError) -> [UInt8]? {
        let limits = limits
        let length = try scanLine(
            byteCountMax: limits.headByteCountMax - lineByteCountTotal,
            tooLong: HTTPError(
                .headTooLarge, "the header fields have more than headByteCountMax (\(limits.headByteCountMax)) bytes"))
        guard let length else { return nil }
        lineByteCountTotal += length + 2
        let line = input.take(length)
        input.consume(2)
        return line
    }

    static func field(_ line: [UInt8]) throws(HTTPError) -> HTTPHeaders.Field {
        guard let first = line.first, first != ASCII.space, first != ASCII.tab else {
            throw HTTPError(.headerInvalid, "a header line is folded")
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw HTTPError(.headerInvalid, "a header line has no colon")
        }
        guard colon > 0, line[..<colon].allSatisfy(ASCII.isToken) else {
            throw HTTPError(.headerInvalid, "a header name is not a token")
        }
        guard let value = String(validating: line[(colon + 1)...], as: UTF8.self) else {
            throw HTTPError(.headerInvalid, "a header value is not UTF-8")
        }
        return HTTPHeaders.Field(
            name: String(decoding: line[..<colon], as: UTF8.self), value: ASCII.trimmed(Substring(value)))
    }
}
