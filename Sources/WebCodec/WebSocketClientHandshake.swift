/// The client's side of the handshake: its request, and the judgement of the answer (RFC 6455 section 4.1).
package struct WebSocketClientHandshake: Sendable {
    package enum Failure: Error, Sendable, Equatable {
        /// The server answered, and did not switch. The body may follow; nobody waits for it.
        case refused(status: Int, headers: HTTPHeaders)
        case invalid(String)
    }

    package struct Success: Sendable, Equatable {
        package let subprotocol: String?
        package let headers: HTTPHeaders
        /// Bytes of the first frames, when they came with the answer.
        package let remaining: [UInt8]
    }

    /// The same as a server's: nobody's answer is longer.
    package static let headByteCountMax = 16 << 10

    package let request: [UInt8]
    private let accept: String
    private let subprotocols: [String]
    private var answer: [UInt8] = []

    /// - Parameters:
    ///   - key: 16 random bytes, so that no cache between can have the answer.
    ///   - host: what `Host` says, with the port where it is not 80.
    package init(
        key: [UInt8], host: String, target: String, subprotocols: [String] = [], headers: HTTPHeaders = [:]
    ) throws(HTTPHeaderError) {
        let key = Base64.encode(key)
        var fields: HTTPHeaders = [
            "Host": host, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": WebSocketHandshake.version,
        ]
        if !subprotocols.isEmpty { fields.append("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")) }
        for field in headers.fields { fields.append(field.name, field.value) }
        guard target.utf8.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete }) else {
            throw HTTPHeaderError(name: "request target")
        }
        for field in fields.fields { try field.check() }
        let lines = ["GET \(target) HTTP/1.1"] + fields.fields.map { "\($0.name): \($0.value)" } + ["", ""]
        request = Array(lines.joined(separator: "\r\n").utf8)
        accept = WebSocketHandshake.acceptValue(for: key)
        self.subprotocols = subprotocols
    }

    /// - Returns: nil when more bytes are needed.
    package mutating func receive(_ bytes: some Collection<UInt8>) throws(Failure) -> Success? {
        answer.append(contentsOf: bytes)
        guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)) else {
            guard answer.count <= Self.headByteCountMax else {
                throw .invalid("an answer of more than \(Self.headByteCountMax) bytes")
            }
            return nil
        }
        let (status, headers) = try Self.parse(answer[..<end.lowerBound])
        guard status == 101 else { throw .refused(status: status, headers: headers) }
        guard headers.list("Upgrade", contains: "websocket"), headers.list("Connection", contains: "upgrade"),
            headers.values("Sec-WebSocket-Accept") == [accept]
        else { throw .invalid("the server did not agree to this handshake") }
        let subprotocol = headers["Sec-WebSocket-Protocol"]
        guard subprotocol.map(subprotocols.contains) ?? true, !headers.contains("Sec-WebSocket-Extensions") else {
            throw .invalid("the server chose what was not offered")
        }
        return Success(subprotocol: subprotocol, headers: headers, remaining: Array(answer[end.upperBound...]))
    }

    private static func parse(_ head: ArraySlice<UInt8>) throws(Failure) -> (status: Int, headers: HTTPHeaders) {
        guard let text = String(validating: head, as: UTF8.self) else { throw .invalid("an answer that is not UTF-8") }
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
        let statusLine = lines.popFirst()?.split(separator: " ", maxSplits: 2) ?? []
        guard statusLine.count >= 2, statusLine[0] == "HTTP/1.1", statusLine[1].utf8.count == 3,
            let status = Int(statusLine[1])
        else { throw .invalid("not an HTTP/1.1 answer") }
        var headers = HTTPHeaders()
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { throw .invalid("a header line without a colon") }
            headers.append(String(line[..<colon]), ASCII.trimmed(line[line.index(after: colon)...]))
        }
        return (status, headers)
    }
}
