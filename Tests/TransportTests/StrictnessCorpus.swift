import Testing

/// Malformed, ambiguous and merely unusual requests. Each is followed on the same connection by one good request: where
/// that is answered too, the connection lived on; where anything is answered twice, a request was smuggled.
enum StrictnessCorpus {
    /// One response that must come.
    struct Answer: Sendable {
        /// Those that the RFCs permit.
        let statuses: Set<Int>
        /// What the handler saw: method, path and body.
        let text: String?
        let isToHead: Bool

        init(_ statuses: Set<Int>, _ text: String? = nil, toHead isToHead: Bool = false) {
            (self.statuses, self.text, self.isToHead) = (statuses, text, isToHead)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// So many, in this order, and no more.
        var answers: [Answer]
        /// Whether the server closes behind them.
        var closes = false

        var testDescription: String { name }
    }

    static let all =
        requestLine + target + host + fields + length + chunks + connection + webSocket + pipelining + versions
        + closing + expectations + heads + methods + moreTargets + moreHosts

    static func refused(_ statuses: Int..., name: String, bytes: [UInt8]) -> Case {
        Case(name: name, bytes: bytes, answers: [Answer(Set(statuses))], closes: true)
    }

    static func refused(_ status: Int, _ name: String, _ text: String) -> Case {
        refused(status, name: name, bytes: Array(text.utf8))
    }

    static func refused(_ status: Int, _ name: String, bytes: [UInt8]) -> Case {
        refused(status, name: name, bytes: bytes)
    }

    /// - Parameter reading: the space behind the path may be left out where there is no body.
    static func served(_ reading: String, _ name: String, _ text: String) -> Case {
        let isComplete = reading.split(separator: " ", omittingEmptySubsequences: false).count > 2
        return served([isComplete ? reading : reading + " "], name, text)
    }

    static func served(_ readings: [String], _ name: String, _ text: String) -> Case {
        Case(name: name, bytes: Array(text.utf8), answers: readings.map { Answer([200], $0) })
    }

    /// Served, and then refused.
    static func served(_ readings: [String], _ status: Int, _ name: String, _ text: String) -> Case {
        Case(
            name: name, bytes: Array(text.utf8), answers: readings.map { Answer([200], $0) } + [Answer([status])],
            closes: true)
    }

    /// Served, and the connection closes.
    static func last(_ reading: String, _ name: String, _ text: String) -> Case {
        Case(name: name, bytes: Array(text.utf8), answers: [Answer([200], reading)], closes: true)
    }

    private static func get(_ fields: String) -> String { "GET /x HTTP/1.1\r\nHost: h\r\n\(fields)\r\n" }
    private static func post(_ fields: String, _ body: String) -> String {
        "POST /x HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\(body)"
    }
    private static func line(_ line: String) -> String { "\(line)\r\nHost: h\r\n\r\n" }
    private static func target(_ target: String) -> String { line("GET \(target) HTTP/1.1") }
    private static func chunked(_ body: String) -> String { post("Transfer-Encoding: chunked\r\n", body) }

    private static let requestLine: [Case] = [
        served("GET x", "line: plain", line("GET /x HTTP/1.1")),
        served("GET x", "line: one empty line before", "\r\n" + line("GET /x HTTP/1.1")),
        refused(400, "line: two empty lines before", "\r\n\r\n" + line("GET /x HTTP/1.1")),
        refused(400, "line: bare LF before", "\n" + line("GET /x HTTP/1.1")),
        refused(400, "line: two spaces", line("GET  /x HTTP/1.1")),
        refused(400, "line: two spaces before the version", line("GET /x  HTTP/1.1")),
        refused(400, "line: tab", line("GET\t/x HTTP/1.1")),
        refused(400, "line: leading space", line(" GET /x HTTP/1.1")),
        refused(400, "line: trailing space", line("GET /x HTTP/1.1 ")),
        refused(400, "line: space in the target", line("GET /x y HTTP/1.1")),
        refused(400, "line: no version", line("GET /x")),
        refused(400, "line: no target", line("GET HTTP/1.1")),
        refused(400, "line: nothing but a word", line("HELLO")),
        refused(400, "line: ends in a bare LF", "GET /x HTTP/1.1\nHost: h\n\n"),
        refused(400, "line: a bare CR inside", "GET /x\r HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "line: NUL", "GET /x\0 HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(400, "line: method is no token", line("G(T /x HTTP/1.1")),
        refused(501, "line: methods are case-sensitive", line("get /x HTTP/1.1")),
        refused(501, "line: unknown method", line("BREW /x HTTP/1.1")),
        refused(501, "line: long method", line(String(repeating: "M", count: 33) + " /x HTTP/1.1")),
        refused(501, "line: CONNECT", line("CONNECT h:80 HTTP/1.1")),
        refused(505, "line: HTTP/2.0 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        refused(505, "line: HTTP/1.2", line("GET /x HTTP/1.2")),
        refused(505, "line: HTTP/9.9", line("GET /x HTTP/9.9")),
        refused(400, "line: HTTP/1", line("GET /x HTTP/1")),
        refused(400, "line: HTTP/1.10", line("GET /x HTTP/1.10")),
        refused(400, "line: http/1.1", line("GET /x http/1.1")),
        refused(400, "line: HTTP/1,1", line("GET /x HTTP/1,1")),
        refused(400, "line: FTP/1.1", line("GET /x FTP/1.1")),
        refused(400, "line: TLS hello", bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]),
        refused(414, "line: huge target", target("/" + String(repeating: "a", count: 9000))),
    ]

    private static let target: [Case] = [
        served("GET a|b c ", "target: decoded once", target("/a/b%20c")),
        served("GET a%2Fb", "target: a doubly encoded slash stays encoded", target("/a%252Fb")),
        served("GET a||b", "target: an empty segment", target("/a//b")),
        served("GET a|", "target: a trailing slash", target("/a/")),
        served("GET é", "target: UTF-8", target("/%C3%A9")),
        served("GET x", "target: plus and empty query items", target("/x?a=1+2&&b&=c")),
        served("GET x", "target: a question mark in the query", target("/x?a=b?c/d")),
        served("OPTIONS ", "target: OPTIONS *", line("OPTIONS * HTTP/1.1")),
        served("GET x", "target: absolute form", line("GET http://h/x HTTP/1.1")),
        served("GET ", "target: absolute form without a path", line("GET HTTP://H?q HTTP/1.1")),
        refused(400, "target: absolute form of another host", line("GET http://other/x HTTP/1.1")),
        refused(400, "target: absolute form with user information", line("GET http://u@h/x HTTP/1.1")),
        refused(400, "target: another scheme", line("GET ftp://h/x HTTP/1.1")),
        refused(400, "target: GET *", line("GET * HTTP/1.1")),
        refused(400, "target: no slash", target("x")),
        refused(400, "target: a fragment", target("/x#y")),
        refused(400, "target: encoded slash", target("/a%2Fb")),
        refused(400, "target: encoded backslash", target("/a%5Cb")),
        refused(400, "target: backslash", target("/a\\b")),
        refused(400, "target: dot dot", target("/a/../b")),
        refused(400, "target: encoded dot dot", target("/a/%2e%2E/b")),
        refused(400, "target: half encoded dot dot", target("/a/.%2e")),
        refused(400, "target: dot", target("/./a")),
        refused(400, "target: encoded NUL", target("/a%00")),
        refused(400, "target: encoded NUL in the query", target("/a?b=%00")),
        refused(400, "target: encoded CRLF", target("/a%0d%0aX")),
        refused(400, "target: bad escape", target("/a%zz")),
        refused(400, "target: short escape", target("/a%4")),
        refused(400, "target: bad escape in the query", target("/a?b=%")),
        refused(400, "target: overlong UTF-8", target("/%C0%AF")),
        refused(400, "target: Latin-1", target("/%E9")),
        refused(
            400, "target: raw Latin-1", bytes: Array("GET /".utf8) + [0xE9] + Array(" HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        ),
        refused(400, "target: quote", target("/\"")),
        refused(400, "target: angle bracket", target("/<script>")),
        refused(400, "target: DEL", target("/\u{7F}")),
    ]

    private static let host: [Case] = [
        refused(400, "host: missing", "GET /x HTTP/1.1\r\n\r\n"),
        refused(400, "host: twice, the same", get("Host: h\r\n")),
        refused(400, "host: twice, different", get("hOST: i\r\n")),
        refused(400, "host: empty", "GET /x HTTP/1.1\r\nHost:\r\n\r\n"),
        refused(400, "host: user information", "GET /x HTTP/1.1\r\nHost: u@h\r\n\r\n"),
        refused(400, "host: a list", "GET /x HTTP/1.1\r\nHost: h, i\r\n\r\n"),
        refused(400, "host: a path", "GET /x HTTP/1.1\r\nHost: h/x\r\n\r\n"),
        refused(400, "host: a port that is none", "GET /x HTTP/1.1\r\nHost: h:8o\r\n\r\n"),
        refused(400, "host: a space", "GET /x HTTP/1.1\r\nHost: h i\r\n\r\n"),
        refused(400, "host: an open bracket", "GET /x HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        served("GET x", "host: IPv6 and a port", "GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        served("GET x", "host: without space after the colon", "GET /x HTTP/1.1\r\nHost:h\r\n\r\n"),
        served("GET x", "host: tabs around", "GET /x HTTP/1.1\r\nhost:\t h:80 \t\r\n\r\n"),
    ]

    private static let fields: [Case] = [
        served("GET x", "field: empty value", get("X-A:\r\n")),
        served("GET x", "field: the same twice", get("X-A: 1\r\nX-A: 2\r\n")),
        served("GET x", "field: UTF-8", get("X-A: é\r\n")),
        refused(
            400, "field: Latin-1",
            bytes: Array("GET /x HTTP/1.1\r\nHost: h\r\nX: ".utf8) + [0xE9] + Array("\r\n\r\n".utf8)),
        refused(400, "field: no colon", get("X-A\r\n")),
        refused(400, "field: empty name", get(": a\r\n")),
        refused(400, "field: space before the colon", get("X-A : a\r\n")),
        refused(400, "field: tab before the colon", get("X-A\t: a\r\n")),
        refused(400, "field: folded with a space", get("X-A: a\r\n b\r\n")),
        refused(400, "field: folded with a tab", get("X-A: a\r\n\tb\r\n")),
        refused(400, "field: the first is folded", "GET /x HTTP/1.1\r\n Host: h\r\n\r\n"),
        refused(400, "field: space in the name", get("X A: a\r\n")),
        refused(400, "field: parenthesis in the name", get("X(A): a\r\n")),
        refused(400, "field: NUL in the value", get("X-A: a\0b\r\n")),
        refused(400, "field: bare CR in the value", get("X-A: a\rb\r\n")),
        refused(400, "field: bare LF in the value", get("X-A: a\nContent-Length: 5\r\n")),
        refused(400, "field: escape character", get("X-A: \u{1B}[2J\r\n")),
        refused(400, "field: DEL", get("X-A: \u{7F}\r\n")),
        refused(400, "field: CR CR LF", get("X-A: a\r\r\n")),
        refused(431, "field: 101 of them", get((0..<100).map { "X-\($0): a\r\n" }.joined())),
        served("GET x", "field: 100 of them", get((0..<99).map { "X-\($0): a\r\n" }.joined())),
        refused(431, "field: huge value", get("X-A: \(String(repeating: "v", count: 17_000))\r\n")),
        refused(431, "field: huge name", get("\(String(repeating: "n", count: 17_000)): v\r\n")),
        refused(400, "field: two Authorization", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")),
        refused(
            400, "field: two Content-Type", post("Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n", "")),
        refused(400, "field: two Origin", get("Origin: http://a\r\nOrigin: http://b\r\n")),
    ]

    private static let length: [Case] = [
        served("POST x ab", "length: plain", post("Content-Length: 2\r\n", "ab")),
        served("POST x", "length: zero", post("Content-Length: 0\r\n", "")),
        served("POST x", "length: none is zero", post("", "")),
        served("GET x ab", "length: GET with a body", get("Content-Length: 2\r\n") + "ab"),
        served("POST x ab", "length: leading zero", post("Content-Length: 02\r\n", "ab")),
        refused(400, "length: twice, the same", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab")),
        refused(400, "length: twice, different", post("Content-Length: 2\r\nContent-Length: 3\r\n", "ab")),
        refused(400, "length: a list", post("Content-Length: 2, 2\r\n", "ab")),
        refused(400, "length: signed", post("Content-Length: +2\r\n", "ab")),
        refused(400, "length: negative", post("Content-Length: -1\r\n", "")),
        refused(400, "length: hexadecimal", post("Content-Length: 0x2\r\n", "ab")),
        refused(400, "length: fraction", post("Content-Length: 2.0\r\n", "ab")),
        refused(400, "length: trailing letter", post("Content-Length: 2a\r\n", "ab")),
        refused(400, "length: inner space", post("Content-Length: 1 2\r\n", "ab")),
        refused(400, "length: empty", post("Content-Length:\r\n", "")),
        refused(400, "length: other digits", post("Content-Length: ٢\r\n", "ab")),
        refused(400, "length: space before the colon", post("Content-Length : 2\r\n", "ab")),
        refused(413, "length: above the limit", post("Content-Length: 1048577\r\n", "")),
        refused(413, "length: above 64 bits", post("Content-Length: 99999999999999999999\r\n", "")),
        refused(400, "length: and chunked", post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refused(
            400, "length: chunked, and it", post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "0\r\n\r\n")),
        refused(411, "length: HTTP/1.0 without", "POST /x HTTP/1.0\r\nHost: h\r\n\r\nab"),
    ]

    private static let chunks: [Case] = [
        served("POST x abcde", "chunk: two", chunked("2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")),
        served("POST x", "chunk: none", chunked("0\r\n\r\n")),
        served(
            "POST x abcdefghijk", "chunk: hexadecimal, either case",
            chunked("a\r\nabcdefghij\r\n0001\r\nk\r\n0\r\n\r\n")),
        served("POST x ab", "chunk: an extension", chunked("2;a=\"b c\"\r\nab\r\n0;z\r\n\r\n")),
        served("POST x ab", "chunk: trailers", chunked("2\r\nab\r\n0\r\nX-T: 1\r\n\r\n")),
        served("POST x", "chunk: CHUNKED", post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n")),
        refused(400, "chunk: size with 0x", chunked("0x2\r\nab\r\n0\r\n\r\n")),
        refused(400, "chunk: negative size", chunked("-1\r\n\r\n")),
        refused(400, "chunk: signed size", chunked("+2\r\nab\r\n0\r\n\r\n")),
        refused(400, "chunk: empty size", chunked("\r\nab\r\n")),
        refused(400, "chunk: size is no number", chunked("xyz\r\n")),
        refused(400, "chunk: space before the size", chunked(" 2\r\nab\r\n")),
        refused(400, "chunk: space after the size", chunked("2 \r\nab\r\n")),
        refused(400, "chunk: space before the extension", chunked("2 ;a\r\nab\r\n")),
        refused(400, "chunk: bare LF after the size", chunked("2\nab\r\n0\r\n\r\n")),
        refused(400, "chunk: bare LF in an extension", chunked("2;a\nab\r\n0\r\n\r\n")),
        refused(400, "chunk: bare CR in an extension", chunked("2;a\rb\r\nab\r\n0\r\n\r\n")),
        refused(400, "chunk: longer than its size", chunked("2\r\nabc\r\n0\r\n\r\n")),
        refused(400, "chunk: shorter than its size", chunked("3\r\nab\r\n0\r\n\r\n")),
        refused(400, "chunk: bare LF after the data", chunked("2\r\nab\n0\r\n\r\n")),
        refused(400, "chunk: 16 digits", chunked("FFFFFFFFFFFFFFFF\r\nab")),
        refused(413, "chunk: huge size", chunked("FFFFFFFFFFFFFFF\r\nab")),
        refused(413, "chunk: above the limit", chunked("100001\r\n")),
        refused(400, "chunk: long extension", chunked("2;\(String(repeating: "e", count: 300))\r\nab\r\n")),
        refused(400, "chunk: trailer without a colon", chunked("0\r\nbad\r\n\r\n")),
        refused(400, "chunk: folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n")),
        refused(431, "chunk: huge trailer", chunked("0\r\nA: \(String(repeating: "t", count: 17_000))\r\n\r\n")),
        refused(501, "coding: gzip", post("Transfer-Encoding: gzip\r\n", "")),
        refused(501, "coding: gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        refused(501, "coding: chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
        refused(501, "coding: identity", post("Transfer-Encoding: identity\r\n", "")),
        refused(501, "coding: xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        refused(501, "coding: quoted", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
        refused(
            501, "coding: vertical tab would be trimmed by some", post("Transfer-Encoding: chunked;\r\n", "0\r\n\r\n")),
        refused(501, "coding: empty", post("Transfer-Encoding:\r\n", "0\r\n\r\n")),
        refused(
            400, "coding: twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        refused(400, "coding: vertical tab", post("Transfer-Encoding: \u{0B}chunked\r\n", "0\r\n\r\n")),
        refused(
            400, "coding: in HTTP/1.0", "POST /x HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static let connection: [Case] = [
        served("GET x", "connection: keep-alive", get("Connection: keep-alive\r\n")),
        served("GET x", "connection: unknown option", get("Connection: x, y\r\n")),
        served(
            "GET x", "upgrade: h2c is ignored",
            get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n")),
        served("GET x", "expect: 100-continue without a body", get("Expect: 100-continue\r\n")),
        refused(417, "expect: something else", get("Expect: 200-ok\r\n")),
        refused(400, "expect: twice", get("Expect: 100-continue\r\nExpect: 100-continue\r\n")),
        served("GET x", "range: ignored", get("Range: bytes=0-1\r\n")),
    ]

    private static func upgrade(
        _ method: String = "GET", version: String = "13", key: String = "dGhlIHNhbXBsZSBub25jZQ==",
        connection: String = "Upgrade", upgrade: String = "websocket", more: String = ""
    ) -> String {
        """
        \(method) /ws HTTP/1.1\r\nHost: h\r\nConnection: \(connection)\r\nUpgrade: \(upgrade)\r\n\
        Sec-WebSocket-Version: \(version)\r\nSec-WebSocket-Key: \(key)\r\n\(more)\r\n
        """
    }

    private static let webSocket: [Case] = [
        refused(426, "ws: no upgrade", "GET /ws HTTP/1.1\r\nHost: h\r\n\r\n"),
        refused(426, "ws: another protocol", upgrade(upgrade: "h2c")),
        refused(426, "ws: version 8", upgrade(version: "8")),
        refused(426, "ws: version 99", upgrade(version: "99")),
        refused(400, "ws: two versions", upgrade(more: "Sec-WebSocket-Version: 8\r\n")),
        refused(400, "ws: short key", upgrade(key: "dGhlIHNhbXBsZQ==")),
        refused(400, "ws: key that is no base64", upgrade(key: "!!!hIHNhbXBsZSBub25jZQ==")),
        refused(400, "ws: key with stray bits", upgrade(key: "dGhlIHNhbXBsZSBub25jZR==")),
        refused(400, "ws: empty key", upgrade(key: "")),
        refused(400, "ws: two keys", upgrade(more: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
        refused(400, "ws: POST", upgrade("POST")),
        refused(400, "ws: with a body", upgrade(more: "Content-Length: 1\r\n") + "x"),
        refused(400, "ws: Connection does not name it", upgrade(connection: "keep-alive")),
        refused(400, "ws: HTTP/1.0", upgrade().replacing("HTTP/1.1", with: "HTTP/1.0")),
    ]
}
