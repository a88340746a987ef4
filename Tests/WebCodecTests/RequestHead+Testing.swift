import Testing
import WebCodec

extension RequestHead {
    static func forTesting(_ fields: [(String, String)], method: String = "GET") throws -> RequestHead {
        var parser = HTTPRequestParser()
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        parser.append("\(method) / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n".utf8)
        guard case .head(let head)? = try parser.next() else {
            throw HTTPError(.requestLineInvalid, "the test's request is none")
        }
        return head
    }
}
