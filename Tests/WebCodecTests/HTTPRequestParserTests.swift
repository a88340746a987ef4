import Testing
import WebCodec

@Suite("HTTP request parser")
struct HTTPRequestParserTests {
    /// Good and bad, for what must hold of any bytes whatever.
    static let corpus = [
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a/b%20c/?x=1&y=%26+z HTTP/1.1\r\nHost: [::1]:80\r\nX-A: 1\r\nx-a:2\r\nConnection: close, x\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\nhello world"
            + "GET /n HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;a=b\r\nhello\r\n1\r\n \r\n0\r\nT: v\r\n\r\n\r\nHEAD /x HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET http://h/x?y HTTP/1.1\r\nhost:h\r\n\r\n",
        "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]

    @Test("a head is what it says")
    func head() throws {
        let transcript = HTTPTranscript(Self.corpus[1])
        let message = try #require(transcript.messages.first)
        #expect(message.hasEnded && message.body.isEmpty && transcript.error == nil)
        let head = message.head
        #expect(head.method == .get && head.version == .http11 && !head.keepAlive && !head.hasBody)
        #expect(head.target == "/a/b%20c/?x=1&y=%26+z")
        #expect(head.path == ["a", "b c", ""])
        #expect(head.query == [.init(name: "x", value: "1"), .init(name: "y", value: "& z")])
        #expect(head.queryValue("y") == "& z" && head.queryValue("z") == nil)
        #expect(head.headers["HOST"] == "[::1]:80")
        #expect(head.headers.values("X-a") == ["1", "2"])
        #expect(head.headers.list("connection") == ["close", "x"])
    }

    @Test("pipelined requests come one after the other, with their bodies")
    func pipelining() throws {
        let transcript = HTTPTranscript(Self.corpus[2] + Self.corpus[3])
        #expect(transcript.error == nil)
        #expect(transcript.messages.map(\.head.path) == [["p"], ["n"], ["c"], ["x"]])
        #expect(
            transcript.messages.map { String(decoding: $0.body, as: UTF8.self) } == ["hello world", "", "hello ", ""])
        #expect(transcript.messages[0].head.expectsContinue)
        #expect(transcript.messages[3].head.version == .http10 && !transcript.messages[3].head.keepAlive)
    }

    @Test("what needs more bytes waits", arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: h\r", "\r"])
    func incomplete(text: String) {
        let transcript = HTTPTranscript(text)
        #expect(transcript.messages.isEmpty && transcript.error == nil)
    }

    @Test("each limit is reached exactly, and named when it is passed")
    func limits() {
        var limits = HTTPLimits()
        limits.targetByteCountMax = 10
        limits.headerCountMax = 2
        limits.bodyByteCountMax = 3
        limits.headByteCountMax = 60
        func code(_ text: String) -> HTTPError.Code? { HTTPTranscript(text, limits: limits).error?.code }
        func line(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n" }
        #expect(code(line("/123456789")) == nil)
        #expect(code(line("/1234567890")) == .targetTooLong)
        #expect(code(line("/" + String(repeating: "1", count: 100))) == .targetTooLong)
        #expect(code("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n") == nil)
        #expect(code("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nC: d\r\n\r\n") == .headTooLarge)
        let rest = 60 - "GET / HTTP/1.1\r\nHost: h\r\nA: \r\n\r\n".utf8.count
        #expect(code("GET / HTTP/1.1\r\nHost: h\r\nA: \(String(repeating: "b", count: rest))\r\n\r\n") == nil)
        #expect(
            code("GET / HTTP/1.1\r\nHost: h\r\nA: \(String(repeating: "b", count: rest + 1))\r\n\r\n") == .headTooLarge)
        let post = "POST / HTTP/1.1\r\nHost: h\r\n"
        #expect(code(post + "Content-Length: 3\r\n\r\nabc") == nil)
        #expect(code(post + "Content-Length: 4\r\n\r\n") == .bodyTooLarge)
    }

    @Test("a chunked body counts over all its chunks")
    func chunkedLimit() {
        var limits = HTTPLimits()
        limits.bodyByteCountMax = 3
        let post = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
        #expect(HTTPTranscript(post + "1\r\nc\r\n0\r\n\r\n", limits: limits).error == nil)
        let error = HTTPTranscript(post + "2\r\ncd\r\n0\r\n\r\n", limits: limits).error
        #expect(error?.status == 413 && error?.detail.contains("bodyByteCountMax (3)") == true)
    }

    @Test("an error stays, and nothing is read after it")
    func sticky() throws {
        var parser = HTTPRequestParser()
        parser.append("GET / HTTP/1.1\r\n\r\n".utf8)
        let first = #expect(throws: HTTPError.self) { try parser.next() }
        parser.append(Self.corpus[0].utf8)
        let second = #expect(throws: HTTPError.self) { try parser.next() }
        #expect(first == second)
    }

    @Test("what is left over can be taken for another protocol")
    func remaining() throws {
        var parser = HTTPRequestParser()
        parser.append((Self.corpus[0] + "frames").utf8)
        guard case .head = try parser.next(), try parser.next() == .end else {
            Issue.record("no request")
            return
        }
        #expect(!parser.isBetweenRequests && parser.bufferedByteCount == 6)
        #expect(parser.takeRemaining() == Array("frames".utf8))
        #expect(parser.isBetweenRequests)
    }

    @Test("byte by byte, and in any pieces, it says the same", arguments: corpus.indices)
    func pieces(index: Int) {
        let bytes = Array(Self.corpus[index].utf8)
        let whole = HTTPTranscript([bytes])
        #expect(HTTPTranscript(bytes.map { [$0] }) == whole)
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            #expect(HTTPTranscript(generator.pieces(bytes)) == whole, "seed \(seed)")
        }
    }

    @Test("mutated input never traps, and is read the same in any pieces", arguments: 0..<40 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = HTTPLimits()
        limits.headByteCountMax = 200
        limits.targetByteCountMax = 40
        limits.bodyByteCountMax = 20
        for round in 0..<200 {
            let text = (0..<2).map { _ in Self.corpus.randomElement(using: &generator) ?? "" }.joined()
            let bytes = generator.mutated(Array(text.utf8))
            let whole = HTTPTranscript([bytes], limits: limits)
            #expect(HTTPTranscript(generator.pieces(bytes), limits: limits) == whole, "seed \(seed), round \(round)")
        }
    }
}
