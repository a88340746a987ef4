package import WebCodec

/// A request that we make. `Host`, `Content-Length` and `Connection` are the client's to write.
package struct ClientRequest: Sendable {
    package var method: HTTPMethod
    /// Path and query.
    package var target: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// From the beginning to the end of the answer.
    package var seconds = 30
    /// 1 MiB of the answer's body: above it the answer is not valid.
    package var bodyByteCountMax = 1 << 20
    /// Whether it may reach the server twice: one that a connection's end may have destroyed is sent again, once. Methods
    /// that are idempotent (RFC 9110 section 9.2.2) may.
    package var isRepeatable: Bool

    package init(_ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        isRepeatable =
            switch method {
            case .get, .head, .put, .delete, .options: true
            case .post, .patch, .other: false
            }
    }

    /// - Throws: `HTTPClientError.invalidRequest`.
    func encode(host: String) throws(HTTPClientError) -> [UInt8] {
        let isBodyExpected = ["POST", "PUT", "PATCH"].contains(method.name)
        var fields: HTTPHeaders = ["Host": host]
        for field in headers.fields { fields.append(field.name, field.value) }
        if !body.isEmpty || isBodyExpected { fields.append("Content-Length", "\(body.count)") }
        do throws(HTTPHeaderError) {
            for name in ["Host", "Content-Length", "Transfer-Encoding", "Connection"] where headers.contains(name) {
                throw HTTPHeaderError(name: name)
            }
            return try RequestEncoding.head(method, target: target, headers: fields) + body
        } catch {
            throw .invalidRequest(error.name)
        }
    }
}

/// A whole answer. A redirection is an answer like any other.
package struct ClientResponse: Sendable, Equatable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]
}
