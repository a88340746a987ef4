/// The answer to one request, as strict as the requests' parser: an answer that could be read in two ways is refused.
/// Interim answers (1xx) are read over, trailers dropped.
package struct HTTPResponseParser: Sendable {
    package enum Event: Sendable, Equatable {
        case head(HTTPResponseHead)
        case body([UInt8])
        case end
    }

    /// What is wrong with the answer; for a person.
    package struct Failure: Error, Sendable, Equatable {
        package let reason: String
    }

    /// More interim answers than that are no progress.
    package static let interimCountMax = 8

    private enum State {
        case statusLine
        case fields
        /// Counted or chunked, as in a request.
        case framed
        case untilClose(byteCount: Int)
        case ended
        case failed(Failure)
    }

    private let limits: HTTPLimits
    private let isForHead: Bool
    private var input = InputBuffer()
    private var state = State.statusLine
    private var headByteCount = 0
    private var interimCount = 0
    private var status = 0
    private var isVersion11 = true
    private var isLast = false
    private var headers = HTTPHeaders()
    private var framing: HTTPRequestParser

    /// - Parameters:
    ///   - method: of the request; an answer to HEAD has no body, whatever its head says.
    ///   - limits: `headByteCountMax`, `headerCountMax` and `bodyByteCountMax` are kept.
    package init(to method: HTTPMethod, limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        isForHead = method == .head
        framing = HTTPRequestParser(limits: limits)
    }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        if case .framed = state { framing.append(bytes) } else { input.append(bytes) }
    }

    /// After the end: whether the connection may carry another request (RFC 9112 section 9.3). Not where the server said
    /// something that nobody had asked for.
    package var isFollowedByAnother: Bool {
        guard case .ended = state else { return false }
        return !isLast && input.count == 0 && framing.bufferedByteCount == 0
    }

    /// - Returns: nil when more bytes are needed, and after the end.
    /// - Throws: for ever the same once it has thrown.
    package mutating func next() throws(Failure) -> Event? {
        do throws(Failure) {
            while true {
                switch state {
                case .statusLine: guard try readStatusLine() else { return nil }
                case .fields:
                    guard let line = try takeLine() else { return nil }
                    guard line.isEmpty else {
                        try readField(line)
                        continue
                    }
                    if let head = try endHead() { return .head(head) }
                case .framed: return try nextFramed()
                case .untilClose(let byteCount): return try nextUntilClose(byteCount)
                case .ended: return nil
                case .failed(let failure): throw failure
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// The server has closed its end, and nobody has cut the connection: call it when `next` has nothing more.
    /// - Throws: when the answer is not whole.
    package mutating func finish() throws(Failure) -> Event? {
        switch state {
        case .untilClose, .ended:
            defer { (state, isLast) = (.ended, true) }
            if case .ended = state { return nil }
            return .end
        case .failed(let failure): throw failure
        case .statusLine, .fields, .framed:
            let failure = Failure(reason: "the answer ended before it was whole")
            state = .failed(failure)
            throw failure
        }
    }

    // MARK: The head

    private mutating func readStatusLine() throws(Failure) -> Bool {
        guard let line = try takeLine() else { return false }
        // HTTP/1.1 200 Reason
        let isHTTP1 = line.count >= 12 && (line.starts(with: "HTTP/1.1 ".utf8) || line.starts(with: "HTTP/1.0 ".utf8))
        guard isHTTP1, line[9..<12].allSatisfy(ASCII.isDigit), line.count == 12 || line[12] == ASCII.space,
            line[9] != UInt8(ascii: "0")
        else { throw Failure(reason: "not an HTTP/1 answer") }
        isVersion11 = line[7] == UInt8(ascii: "1")
        status = line[9..<12].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        state = .fields
        return true
    }

    private mutating func readField(_ line: [UInt8]) throws(Failure) {
        guard headers.fields.count < limits.headerCountMax else {
            throw Failure(reason: "more than headerCountMax (\(limits.headerCountMax)) header fields")
        }
        do throws(HTTPError) {
            let field = try HTTPRequestParser.field(line)
            headers.append(field.name, field.value)
        } catch {
            throw Failure(reason: error.detail)
        }
    }

    /// - Returns: nil after an interim answer.
    private mutating func endHead() throws(Failure) -> HTTPResponseHead? {
        let head = HTTPResponseHead(status: status, headers: headers)
        headers = HTTPHeaders()
        headByteCount = 0
        if (100..<200).contains(status) {
            interimCount += 1
            guard status != 101, interimCount <= Self.interimCountMax else {
                throw Failure(reason: "an interim answer that nobody asked for")
            }
            state = .statusLine
            return nil
        }
        isLast = !isVersion11 || head.headers.list("Connection", contains: "close")
        state = try bodyState(of: head)
        if case .framed = state { framing.append(input.take(input.count)) }
        return head
    }

    /// RFC 9112 section 6.3.
    private mutating func bodyState(of head: HTTPResponseHead) throws(Failure) -> State {
        let (lengths, codings) = (head.headers.values("Content-Length"), head.headers.values("Transfer-Encoding"))
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
            throw Failure(reason: "the length is said more than once")
        }
        if isForHead || HTTPStatus.isBodiless(head.status) { return frame(as: .counted(remaining: 0)) }
        if let coding = codings.first {
            guard isVersion11, ASCII.equalIgnoringCase(coding, "chunked") else {
                throw Failure(reason: "a Transfer-Encoding other than chunked")
            }
            return frame(as: .chunkSize)
        }
        guard let length = lengths.first else { return .untilClose(byteCount: 0) }
        guard !length.isEmpty, length.utf8.allSatisfy(ASCII.isDigit) else {
            throw Failure(reason: "Content-Length is not a decimal number")
        }
        guard let count = Int(length), count <= limits.bodyByteCountMax else {
            throw Failure(reason: limits.bodyTooLarge(.whole).detail)
        }
        return frame(as: .counted(remaining: count))
    }

    /// A body is framed the same way in both directions.
    private mutating func frame(as bodyState: HTTPRequestParser.State) -> State {
        framing.state = bodyState
        return .framed
    }

    private mutating func takeLine() throws(Failure) -> [UInt8]? {
        let byteCountMax = limits.headByteCountMax - headByteCount
        var length = 0
        while length < input.count, input[length] != ASCII.carriageReturn {
            guard !ASCII.isControl(input[length]) || input[length] == ASCII.tab else {
                throw Failure(reason: "a control character in the head")
            }
            length += 1
        }
        guard length + 2 <= byteCountMax else {
            throw Failure(reason: "the head has more than headByteCountMax (\(limits.headByteCountMax)) bytes")
        }
        guard length + 1 < input.count else { return nil }
        guard input[length + 1] == ASCII.lineFeed else { throw Failure(reason: "a bare CR in the head") }
        headByteCount += length + 2
        let line = input.take(length)
        input.consume(2)
        return line
    }

    // MARK: The body

    private mutating func nextFramed() throws(Failure) -> Event? {
        do throws(HTTPError) {
            switch try framing.next() {
            case .body(let bytes): return .body(bytes)
            case .end:
                state = .ended
                return .end
            case .head, nil: return nil
            }
        } catch {
            throw Failure(reason: error.detail)
        }
    }

    private mutating func nextUntilClose(_ byteCount: Int) throws(Failure) -> Event? {
        guard input.count > 0 else { return nil }
        // As much as is allowed, so that the same is given in whatever pieces it comes.
        let bytes = input.take(min(input.count, limits.bodyByteCountMax - byteCount))
        guard !bytes.isEmpty else { throw Failure(reason: limits.bodyTooLarge(.whole).detail) }
        state = .untilClose(byteCount: byteCount + bytes.count)
        return .body(bytes)
    }
}
