/// The head of a response, ready to be written. What frames the body (`Content-Length`, `Transfer-Encoding`,
/// `Connection`) belongs to whoever writes the body, so that it is right always and not merely usually.
package struct HTTPResponseHead: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders

    package init(status: Int, headers: HTTPHeaders = [:]) {
        self.status = status
        self.headers = headers
    }

    /// And the empty line at the end; what is longer is only slower.
    private static let statusLineByteCountMax = 64

    /// - Throws: `HTTPHeaderError` when a name or a value could end its line early; nothing is appended then.
    package func encode(into bytes: inout [UInt8]) throws(HTTPHeaderError) {
        var byteCount = Self.statusLineByteCountMax
        for field in headers.fields {
            try field.check()
            byteCount += field.name.utf8.count + field.value.utf8.count + ": \r\n".utf8.count
        }
        bytes.reserveCapacity(bytes.count + byteCount)
        bytes.append(contentsOf: "HTTP/1.1 \(status) \(HTTPStatus.reason(status))\r\n".utf8)
        for field in headers.fields {
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(contentsOf: ": ".utf8)
            bytes.append(contentsOf: field.value.utf8)
            bytes.append(contentsOf: "\r\n".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }
}

extension HTTPHeaders.Field {
    func check() throws(HTTPHeaderError) {
        guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken),
            value.utf8.allSatisfy({ !ASCII.isControl($0) || $0 == ASCII.tab })
        else { throw HTTPHeaderError(name: name) }
    }
}
