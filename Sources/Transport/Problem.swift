internal import WebCodec

/// An RFC 9457 document for what is refused before a handler sees it, and the whole response around it.
struct Problem {
    let status: Int
    let code: String
    let detail: String
    var headers: HTTPHeaders = [
        "Content-Type": "application/problem+json", "Cache-Control": "no-store", "Connection": "close",
    ]

    init(_ error: HTTPError) {
        (status, code, detail) = (error.status, error.code.rawValue, error.detail)
        switch error.code {
        case .upgradeRequired:
            headers.set("Connection", "Upgrade, close")
            headers.append("Upgrade", "websocket")
            headers.append("Sec-WebSocket-Version", WebSocketHandshake.version)
        case .serverFull, .addressFull, .handshakesTooFast:
            headers.append("Retry-After", "\(TransportLimits.retryAfterSeconds)")
        case .requestLineInvalid, .targetInvalid, .headerInvalid, .hostInvalid, .lengthInvalid, .chunkInvalid,
            .handshakeInvalid, .tlsRequired, .requestTimeout, .lengthRequired, .bodyTooLarge, .targetTooLong,
            .expectationFailed,
            .headTooLarge, .notImplemented, .versionNotSupported:
            break
        }
    }

    private init(status: Int, code: String, detail: String) {
        (self.status, self.code, self.detail) = (status, code, detail)
    }

    static let internalError = Problem(status: 500, code: "INTERNAL", detail: "the response could not be written")

    /// - Parameter requestId: see `RequestID`.
    func response(date: String, requestId: String) -> [UInt8] {
        // Every text here is ours and plain, or a well-formed request id: nothing needs escaping.
        let body = """
            {"type":"/problems/\(code)","title":"\(HTTPStatus.reason(status))","status":\(status),"code":"\(code)",\
            "detail":"\(detail)","requestId":"\(requestId)"}
            """
        var headers = headers
        SecurityHeaders.add(to: &headers, status: status)
        var lines = ["HTTP/1.1 \(status) \(HTTPStatus.reason(status))"]
        lines += headers.fields.map { "\($0.name): \($0.value)" }
        lines += ["Content-Length: \(body.utf8.count)", "Date: \(date)", "\(RequestID.header): \(requestId)", "", body]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
