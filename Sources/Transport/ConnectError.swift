package import WebCodec

/// Why a WebSocket could not be opened to a server.
package enum ConnectError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no connection: the name, the network, or nobody listens.
    case unreachable(String)
    /// TLS did not come about: the certificate is not for that name, has expired, or nobody vouches for it.
    case insecure(String)
    /// The server answered as HTTP, and did not switch: 401, 403, 404, 503 …
    case refused(status: Int, headers: HTTPHeaders)
    /// What answered does not speak RFC 6455.
    case invalidAnswer(String)
    /// `TransportLimits.connectSeconds` are over.
    case timedOut
    /// The path or a header cannot be sent.
    case invalidRequest(String)

    package var description: String {
        switch self {
        case .unreachable(let reason): "cannot connect: \(reason)"
        case .insecure(let reason): "no secure connection: \(reason)"
        case .refused(let status, _): "the server answered \(status) \(HTTPStatus.reason(status))"
        case .invalidAnswer(let reason): "not a WebSocket server: \(reason)"
        case .timedOut: "the connection was not up in time"
        case .invalidRequest(let name): "\(name) holds a character that cannot be sent"
        }
    }
}
