import Testing
import WebCodec

@Suite("HTTP answers")
struct HTTPResponseParserTests {
    private func read(
        _ text: String, to method: HTTPMethod = .get, closes: Bool = false, limits: HTTPLimits = HTTPLimits()
    ) -> String {
        // Byte by byte and at once must be the same.
        let whole = read(pieces: [Array(text.utf8)], method, closes, limits)
        let slow = read(pieces: text.utf8.map { [$0] }, method, closes, limits)
        #expect(whole == slow)
        return whole
    }

    private func read(pieces: [[UInt8]], _ method: HTTPMethod, _ closes: Bool, _ limits: HTTPLimits) -> String {
        var parser = HTTPResponseParser(to: method, limits: limits)
        var (status, body, ended) = (0, [UInt8](), false)
        func take(_ event: HTTPResponseParser.Event) {
            switch event {
            case .head(let head): status = head.status
            case .body(let bytes): body += bytes
            case .end: ended = true
            }
        }
        do throws(HTTPResponseParser.Failure) {
            for piece in pieces {
                parser.append(piece)
                while let event = try parser.next() { take(event) }
            }
            if closes, let event = try parser.finish() { take(event) }
        } catch {
            return "failed: \(error.reason)"
        }
        return "\(status) \(String(decoding: body, as: UTF8.self))\(ended ? "" : " …")"
    }

    @Test("bodies by length, by chunks and by closing; interim answers and trailers are read over")
    func bodies() {
        #expect(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") == "200 hello")
        #expect(read("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nX: y\r\n\r\n") == "200 abc")
        #expect(read("HTTP/1.0 200 OK\r\n\r\nabc", closes: true) == "200 abc")
        #expect(read("HTTP/1.1 200 OK\r\n\r\nabc") == "200 abc …")
        #expect(read("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n") == "204 ")
        #expect(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: .head) == "200 ")
        #expect(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n") == "304 ")
    }

    @Test(
        "whether the connection may carry another request",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true),
            ("HTTP/1.1 204 No\r\nConnection: Keep-Alive\r\n\r\n", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nab", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n", false),
            ("HTTP/1.1 204 No\r\n\r\nX", false),
            ("HTTP/1.1 200 OK\r\n\r\nab", false),
        ])
    func reuse(answer: String, isFollowed: Bool) throws {
        var parser = HTTPResponseParser(to: .get)
        parser.append(answer.utf8)
        while try parser.next() != nil {}
        #expect(parser.isFollowedByAnother == isFollowed)
    }

    @Test(
        "what could be read in two ways, or is cut short, is no answer",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 101 Switching\r\n\r\n",
            "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
            "HTTP/1.1 200 OK\r\nX\u{0}: y\r\n\r\n",
            "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "SSH-2.0-x\r\n",
            "HTTP/1.1 200 OK\r\n", "",
        ])
    func refused(_ text: String) {
        #expect(read(text, closes: true).hasPrefix("failed"))
    }

    @Test("limits are named")
    func limits() {
        var limits = HTTPLimits()
        (limits.bodyByteCountMax, limits.headByteCountMax, limits.headerCountMax) = (4, 60, 2)
        let start = "HTTP/1.1 200 OK\r\n"
        #expect(read(start + "Content-Length: 5\r\n\r\n", limits: limits).contains("bodyByteCountMax (4)"))
        #expect(
            read(start + "Transfer-Encoding: chunked\r\n\r\n5\r\n", limits: limits).contains("bodyByteCountMax (4)"))
        #expect(read(start + "\r\nhello", limits: limits).contains("bodyByteCountMax (4)"))
        #expect(
            read(start + "A: \(String(repeating: "x", count: 60))", limits: limits).contains("headByteCountMax (60)"))
        #expect(read(start + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits: limits).contains("headerCountMax (2)"))
        let interim = String(repeating: "HTTP/1.1 100 Go\r\n\r\n", count: 9)
        #expect(read(interim).hasPrefix("failed"))
    }

    @Test("addresses are read in one way or not at all")
    func urls() {
        #expect(HTTPURL("https://hub.example/a?b=c#d")?.description == "https://hub.example:443/a?b=c")
        #expect(HTTPURL("http://[::1]:8080")?.description == "http://[::1]:8080/")
        #expect(HTTPURL("http://h?x")?.target == "/?x")
        for text in [
            "", "ftp://h/", "http://", "http://u@h/", "http://h:0/", "http://h:99999/", "http://h /", "http://h/a b",
            "http://h/\r\nX: y", "//h/",
        ] {
            #expect(HTTPURL(text) == nil, "\(text)")
        }
    }
}
