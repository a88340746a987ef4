/// What a client sends.
package enum RequestEncoding {
    /// A request's head, ready to be written.
    /// - Throws: when the method, the target or a field could end its line early.
    package static func head(
        _ method: HTTPMethod, target: String, headers: HTTPHeaders
    ) throws(HTTPHeaderError) -> [UInt8] {
        guard !method.name.isEmpty, method.name.utf8.allSatisfy(ASCII.isToken) else {
            throw HTTPHeaderError(name: "request method")
        }
        guard !target.isEmpty, target.utf8.allSatisfy({ $0 > ASCII.space && $0 < ASCII.delete }) else {
            throw HTTPHeaderError(name: "request target")
        }
        for field in headers.fields { try field.check() }
        let lines = ["\(method.name) \(target) HTTP/1.1"] + headers.fields.map { "\($0.name): \($0.value)" } + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
