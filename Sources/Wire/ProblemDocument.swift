package import Model

/// An error as every door tells it: `application/problem+json` (RFC 7807, now RFC 9457), and the `error` member of a
/// frame.
package enum ProblemDocument {
    package static let mediaType = "application/problem+json"

    /// Relative to the hub, which answers it with the code's row of `errors.json`.
    package static func typePath(_ code: HubError.Code) -> String { "/problems/" + code.rawValue }

    /// - Parameter instance: what the problem occurred at: the request's path.
    package static func encode(_ error: HubError, instance: String? = nil) -> [UInt8] {
        let (status, title) = error.code.http
        var object = JSONObjectBytes()
        object.add("type", typePath(error.code))
        object.add("title", title)
        object.add("status", .integer(Int64(status)))
        object.add("detail", error.detail)
        object.add("code", error.code.rawValue)
        object.add("instance", instance)
        object.add("retryAfterSeconds", error.retryAfterSeconds.map { .integer(Int64($0)) })
        for (name, value) in error.members.sorted(by: { $0.key < $1.key }) where !reserved.contains(name) {
            object.add(name, value)
        }
        return object.finished()
    }

    private static let reserved: Set<String> = [
        "type", "title", "status", "detail", "code", "instance", "retryAfterSeconds", "requestId",
    ]

    /// - Parameters:
    ///   - document: what `encode` made.
    ///   - requestId: of characters that JSON takes as they are.
    package static func add(requestId: String, to document: [UInt8]) -> [UInt8] {
        document.dropLast() + Array(",\"requestId\":\"\(requestId)\"}".utf8)
    }
}
