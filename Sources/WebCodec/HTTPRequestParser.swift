// HTTP/1.1 requests and RFC 6455 frames as values: bytes in, events out. Nothing here waits, reads a clock or knows a
// socket, so every way in which bytes can arrive can be played by a test.
//
// Why a project on libwebsockets has its own parsers: in the 4.1.6 of Debian 12, one packet with two pipelined requests
// hangs the library's HTTP role for ever, a closed event stream makes it spin, a request can be smuggled past it by
// a differing second Content-Length, and the target as it was sent cannot be had. Its raw role has none of this, and
// is all that Transport uses of it. What is left to do ourselves is small when it is strict: a request that could be
// read in two ways is refused and its connection closed, never given a second reading.

/// One connection's requests, in order. Feed it with `append`, ask with `next` until it has nothing more to say.
package struct HTTPRequestParser: Sendable {
    package enum Event: Sendable, Equatable {
        case head(RequestHead)
        case body([UInt8])
        case end
    }

    enum State: Sendable, Equatable {
        /// Before a request line; one empty line is forgiven there (RFC 9112 section 2.2).
        case idle(sawEmptyLine: Bool)
        case fields
        case counted(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkDataEnd
        case trailers
        case failed(HTTPError)
    }

    package let limits: HTTPLimits
    let bodyRule: BodyHandling.Rule
    /// Of the request whose head came last.
    package internal(set) var bodyHandling = BodyHandling.whole
    var input = InputBuffer()
    var state = State.idle(sawEmptyLine: false)
    /// How far the current line has been searched for its end.
    var scannedByteCount = 0
    /// Of the head, or of the trailers.
    var lineByteCountTotal = 0
    var requestLine: RequestLine?
    var headers = HTTPHeaders()
    var bodyByteCount = 0

    package init(limits: HTTPLimits = HTTPLimits(), bodyRule: @escaping BodyHandling.Rule = { _ in .whole }) {
        self.limits = limits
        self.bodyRule = bodyRule
    }

    /// What has arrived and is not yet part of an event.
    package var bufferedByteCount: Int { input.count }

    /// Whether the next event begins a request of which not a byte has arrived.
    package var isBetweenRequests: Bool {
        if case .idle = state { return input.count == 0 }
        return false
    }

    package var isInHead: Bool {
        switch state {
        case .idle, .fields: true
        case .counted, .chunkSize, .chunkData, .chunkDataEnd, .trailers, .failed: false
        }
    }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        input.append(bytes)
    }

    /// What is left when the connection leaves HTTP for another protocol.
    package mutating func takeRemaining() -> [UInt8] {
        input.take(input.count)
    }

    /// - Returns: nil when more bytes are needed.
    /// - Throws: for ever the same once it has thrown; the connection must close.
    package mutating func next() throws(HTTPError) -> Event? {
        do {
            while true {
                switch try step() {
                case .event(let event): return event
                case .again: continue
                case .needsMore: return nil
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    enum Step {
        case event(Event)
        case again
        case needsMore
    }

    private mutating func step() throws(HTTPError) -> Step {
        switch state {
        case .idle(let sawEmptyLine): try readRequestLine(sawEmptyLine: sawEmptyLine)
        case .fields: try readField()
        case .counted(let remaining): readCounted(remaining)
        case .chunkSize: try readChunkSize()
        case .chunkData(let remaining): readChunkData(remaining)
        case .chunkDataEnd: try readChunkDataEnd()
        case .trailers: try readTrailer()
        case .failed(let error): throw error
        }
    }

    /// The length of the line at the front without its CRLF, or nil when it has not ended. A line may end in no other
    /// way, and holds no control character but the tab: what the next program would read as a line break is none here.
    mutating func scanLine(
        byteCountMax: Int, tooLong: @autoclosure () -> HTTPError
    ) throws(HTTPError) -> Int? {
        while scannedByteCount < input.count {
            if scannedByteCount >= byteCountMax { throw tooLong() }
            let byte = input[scannedByteCount]
            if byte == ASCII.carriageReturn {
                guard scannedByteCount + 1 < input.count else { return nil }
                guard input[scannedByteCount + 1] == ASCII.lineFeed else { throw lineError("a bare CR") }
                if scannedByteCount + 2 > byteCountMax { throw tooLong() }
                defer { scannedByteCount = 0 }
                return scannedByteCount
            }
            if byte == ASCII.lineFeed { throw lineError("a bare LF") }
            if ASCII.isControl(byte), byte != ASCII.tab { throw lineError("a control character") }
            scannedByteCount += 1
        }
        return nil
    }

    private func lineError(_ what: String) -> HTTPError {
        switch state {
        case .idle: HTTPError(.requestLineInvalid, "the request line holds \(what)")
        case .chunkSize: HTTPError(.chunkInvalid, "a chunk's line holds \(what)")
        case .fields, .trailers, .counted, .chunkData, .chunkDataEnd, .failed:
            HTTPError(.headerInvalid, "a header line holds \(what)")
        }
    }
}
