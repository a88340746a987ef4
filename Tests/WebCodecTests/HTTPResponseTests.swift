import Testing
import WebCodec

@Suite("HTTP responses")
struct HTTPResponseTests {
    @Test("a head is written in order")
    func encoding() throws {
        var bytes: [UInt8] = []
        try HTTPResponseHead(status: 404, headers: ["A": "1", "a": "2"]).encode(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "HTTP/1.1 404 Not Found\r\nA: 1\r\na: 2\r\n\r\n")
    }

    @Test(
        "a field that could end its line is not written",
        arguments: [
            ("A", "b\r\nC: d"), ("A", "b\n"), ("A", "b\0"), ("A\r\n", "b"), ("", "b"), ("A:", "b"), ("A B", "c"),
            ("A", "\u{7F}"),
        ])
    func injection(name: String, value: String) {
        var bytes: [UInt8] = []
        let head = HTTPResponseHead(status: 200, headers: [name: value])
        #expect(throws: HTTPHeaderError(name: name)) { try head.encode(into: &bytes) }
        #expect(bytes.isEmpty)
    }

    @Test("headers are found without case, and replaced together")
    func headers() {
        var headers: HTTPHeaders = ["Vary": "a, b", "vary": " ,c"]
        #expect(headers.list("VARY") == ["a", "b", "c"])
        #expect(headers.list("vary", contains: "B") && !headers.list("vary", contains: "d"))
        headers.set("VaRy", "x")
        #expect(headers.values("vary") == ["x"] && headers["Host"] == nil)
    }

    @Test("chunks")
    func chunks() {
        #expect(
            String(decoding: ChunkedEncoding.chunk([UInt8](repeating: 0x61, count: 17)), as: UTF8.self)
                == "11\r\n\(String(repeating: "a", count: 17))\r\n")
        #expect(ChunkedEncoding.chunk([UInt8]()).isEmpty)
    }

    @Test("every error code has a status that is its kind's")
    func statuses() {
        for code in HTTPError.Code.allCases {
            #expect((400..<600).contains(code.status))
            #expect(HTTPStatus.reason(code.status) != "Unknown")
        }
    }
}
