/// The first line of a request: two single spaces, no more.
struct RequestLine: Sendable {
    let method: HTTPMethod
    let rawTarget: String
    let target: RequestTarget
    let version: HTTPVersion

    init(_ line: ArraySlice<UInt8>, limits: HTTPLimits) throws(HTTPError) {
        let parts = line.split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw HTTPError(.requestLineInvalid, "a request line is a method, a target and a version")
        }
        guard !parts[0].isEmpty, parts[0].allSatisfy(ASCII.isToken) else {
            throw HTTPError(.requestLineInvalid, "the method is not a token")
        }
        guard parts[0].count <= HTTPLimits.methodByteCountMax else {
            throw HTTPError(.notImplemented, "the method has more than \(HTTPLimits.methodByteCountMax) bytes")
        }
        version = try Self.version(parts[2])
        guard parts[1].count <= limits.targetByteCountMax else { throw Self.targetTooLong(limits) }
        method = HTTPMethod(String(decoding: parts[0], as: UTF8.self))
        rawTarget = String(decoding: parts[1], as: UTF8.self)
        target = try RequestTarget(parts[1], method: method)
        // CONNECT among them: this is not a proxy.
        if case .other = method { throw HTTPError(.notImplemented, "the method is not known here") }
    }

    static func targetTooLong(_ limits: HTTPLimits) -> HTTPError {
        HTTPError(.targetTooLong, "the target has more than targetByteCountMax (\(limits.targetByteCountMax)) bytes")
    }

    /// A line longer than this has too long a target, whatever else is in it.
    static func byteCountMax(_ limits: HTTPLimits) -> Int {
        HTTPLimits.methodByteCountMax + limits.targetByteCountMax + " ".utf8.count * 2 + "HTTP/1.1\r\n".utf8.count
    }

    private static func version(_ bytes: ArraySlice<UInt8>) throws(HTTPError) -> HTTPVersion {
        if bytes.elementsEqual("HTTP/1.1".utf8) { return .http11 }
        if bytes.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        let digits = bytes.suffix(3)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), let major = digits.first, let minor = digits.last,
            ASCII.isDigit(major), digits.dropFirst().first == UInt8(ascii: "."), ASCII.isDigit(minor)
        else { throw HTTPError(.requestLineInvalid, "the version is not HTTP/1.1") }
        throw HTTPError(.versionNotSupported, "HTTP/1.1 and HTTP/1.0 are spoken here")
    }
}
