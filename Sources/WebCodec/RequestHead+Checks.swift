extension RequestHead {
    /// Fields that mean one thing only. A second one is a second reading, whichever of the two a program believes.
    private static let singletons = [
        "Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization", "Origin", "Expect",
        "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Last-Event-ID", "If-Match", "Idempotency-Key",
    ]

    init(_ line: RequestLine, _ headers: HTTPHeaders) throws(HTTPError) {
        for name in Self.singletons where headers.values(name).count > 1 {
            let code: HTTPError.Code =
                switch name {
                case "Host": .hostInvalid
                case "Content-Length", "Transfer-Encoding": .lengthInvalid
                default: .headerInvalid
                }
            throw HTTPError(code, "more than one \(name)")
        }
        try Self.checkHost(line, headers)
        method = line.method
        target = line.rawTarget
        path = line.target.path
        query = line.target.query
        version = line.version
        self.headers = headers
        bodyLength = try Self.bodyLength(line, headers)
        keepAlive = line.version == .http11 && !headers.list("Connection", contains: "close")
        expectsContinue = try Self.expectsContinue(line, headers)
    }

    private static func checkHost(_ line: RequestLine, _ headers: HTTPHeaders) throws(HTTPError) {
        let host = headers["Host"]
        if host == nil, line.version == .http11 { throw HTTPError(.hostInvalid, "there is no Host") }
        if let host, !HostField.isValid(host) { throw HTTPError(.hostInvalid, "Host is not a host and a port") }
        guard let authority = line.target.authority else { return }
        guard HostField.isValid(authority), host.map({ ASCII.equalIgnoringCase($0, authority) }) ?? true else {
            throw HTTPError(.hostInvalid, "the target and Host name two hosts")
        }
    }

    private static func bodyLength(_ line: RequestLine, _ headers: HTTPHeaders) throws(HTTPError) -> BodyLength {
        let length = headers["Content-Length"]
        if let coding = headers["Transfer-Encoding"] {
            guard length == nil else {
                throw HTTPError(.lengthInvalid, "both Content-Length and Transfer-Encoding")
            }
            guard line.version == .http11 else {
                throw HTTPError(.lengthInvalid, "HTTP/1.0 has no Transfer-Encoding")
            }
            guard ASCII.equalIgnoringCase(coding, "chunked") else {
                throw HTTPError(.notImplemented, "the only Transfer-Encoding is chunked")
            }
            return .chunked
        }
        guard let length else {
            // HTTP/1.1 without either has no body; HTTP/1.0 would end it by closing, which leaves no way to answer.
            if line.version == .http10, [.post, .put, .patch].contains(line.method) {
                throw HTTPError(.lengthRequired, "HTTP/1.0 needs a Content-Length here")
            }
            return .counted(0)
        }
        guard !length.isEmpty, length.utf8.allSatisfy(ASCII.isDigit) else {
            throw HTTPError(.lengthInvalid, "Content-Length is not a decimal number")
        }
        return .counted(Int(length) ?? .max)  // above every limit that there can be
    }

    private static func expectsContinue(_ line: RequestLine, _ headers: HTTPHeaders) throws(HTTPError) -> Bool {
        guard let expectation = headers["Expect"], line.version == .http11 else { return false }
        guard ASCII.equalIgnoringCase(expectation, "100-continue") else {
            throw HTTPError(.expectationFailed, "the only expectation is 100-continue")
        }
        return true
    }
}
