package import WebCodec

/// A request that we make. `Host`, `Content-Length` and `Connection` are the client's to write.
package struct ClientRequest: Sendable {
    package var method: HTTPMethod
    /// Path and query.
    package var target: String
    package var headers: HTTPHeaders
    package var body: Body
    package var timeout = Timeout.whole(seconds: 30)
    /// 1 MiB of the answer's body: above it the answer is not valid.
    package var bodyByteCountMax = 1 << 20
    /// Whether it may reach the server twice: one that a connection's end may have destroyed is sent again, once. Methods
    /// that are idempotent (RFC 9110 section 9.2.2) may; never one whose body is streamed.
    package var isRepeatable: Bool

    package enum Body: Sendable {
        case bytes([UInt8])
        /// Made while it is sent, by a task that is cancelled once nobody takes it any more.
        ///
        /// - Parameter byteCount: nil when nobody knows; then it is chunked.
        case stream(byteCount: Int?, @concurrent @Sendable (BodyWriter) async throws -> Void)
    }

    package enum Timeout: Sendable, Equatable {
        /// From the beginning to the end of the answer.
        case whole(seconds: Int)
        /// While it is the server's turn and nothing comes: for bodies of any length.
        case silence(seconds: Int)
    }

    package init(_ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = .bytes(body)
        isRepeatable =
            switch method {
            case .get, .head, .put, .delete, .options: true
            case .post, .patch, .other: false
            }
    }

    /// - Returns: its head, and its body where that is known.
    /// - Throws: `HTTPClientError.invalidRequest`.
    func encode(host: String) throws(HTTPClientError) -> [UInt8] {
        var fields: HTTPHeaders = ["Host": host]
        for field in headers.fields { fields.append(field.name, field.value) }
        var known: [UInt8] = []
        switch body {
        case .bytes(let bytes):
            known = bytes
            let isBodyExpected = ["POST", "PUT", "PATCH"].contains(method.name)
            if !bytes.isEmpty || isBodyExpected { fields.append("Content-Length", "\(bytes.count)") }
        case .stream(let byteCount?, _): fields.append("Content-Length", "\(byteCount)")
        case .stream(nil, _): fields.append("Transfer-Encoding", "chunked")
        }
        do throws(HTTPHeaderError) {
            for name in ["Host", "Content-Length", "Transfer-Encoding", "Connection"] where headers.contains(name) {
                throw HTTPHeaderError(name: name)
            }
            return try RequestEncoding.head(method, target: target, headers: fields) + known
        } catch {
            throw .invalidRequest(error.name)
        }
    }
}

/// The beginning of an answer, and the rest of it as it comes. A redirection is an answer like any other.
package struct ClientAnswer: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: ResponseBody
}

/// A whole answer.
package struct ClientResponse: Sendable, Equatable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]
}
