/// Why a request got no answer.
package enum HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no connection: the name, the network, or nobody listens.
    case unreachable(String)
    /// TLS did not come about: the certificate is not for that name, has expired, or nobody vouches for it.
    case insecure(String)
    /// What came is not a whole answer, or not one that may be believed.
    case invalidAnswer(String)
    /// `ClientRequest.seconds` are over.
    case timedOut(seconds: Int)
    /// A header, the method or the target cannot be sent.
    case invalidRequest(String)

    package var description: String {
        switch self {
        case .unreachable(let reason): "cannot connect: \(reason)"
        case .insecure(let reason): "no secure connection: \(reason)"
        case .invalidAnswer(let reason): "no valid answer: \(reason)"
        case .timedOut(let seconds): "no whole answer within \(seconds) s"
        case .invalidRequest(let name): "\(name) cannot be sent"
        }
    }
}
