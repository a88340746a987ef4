/// A request without its body, as it is understood: one reading, or it was refused.
package struct RequestHead: Sendable, Equatable {
    package enum BodyLength: Sendable, Equatable {
        case counted(Int)
        case chunked
    }

    package let method: HTTPMethod
    /// As it was sent.
    package let target: String
    /// Decoded once; no segment holds a slash, a backslash, a control character, or is a dot segment. `/` and `*` have
    /// none, `/a/` has `a` and an empty one.
    package let path: [String]
    package let query: [QueryItem]
    package let headers: HTTPHeaders
    package let version: HTTPVersion
    package let bodyLength: BodyLength
    /// Whether the client would like the connection to stay open.
    package let keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    package let expectsContinue: Bool

    package var hasBody: Bool { bodyLength != .counted(0) }

    /// Whether it only reads: its answer can be conditional and in another coding, and is wanted by nobody else.
    package var isRead: Bool { method == .get || method == .head }

    /// The first query item of that name.
    package func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}
