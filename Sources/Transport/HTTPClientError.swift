/// Why a request got no answer.
package enum HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no connection: the name, the network, or nobody listens.
    case unreachable(String)
    /// TLS did not come about: the certificate is not for that name, has expired, or nobody vouches for it.
    case insecure(String)
    /// What came is not a whole answer, or not one that may be believed.
    case invalidAnswer(String)
    /// `ClientRequest.Timeout.whole` is over.
    case timedOut(seconds: Int)
    /// `ClientRequest.Timeout.silence` is over.
    case silent(seconds: Int)
    /// The producer of the request's body has failed, or has not kept to its byte count.
    case bodyBroken(String)
    /// The one who asked does not want the answer, or the rest of it.
    case givenUp
    /// A header, the method or the target cannot be sent.
    case invalidRequest(String)

    package var description: String {
        switch self {
        case .unreachable(let reason): "cannot connect: \(reason)"
        case .insecure(let reason): "no secure connection: \(reason)"
        case .invalidAnswer(let reason): "no valid answer: \(reason)"
        case .timedOut(let seconds): "no whole answer within \(seconds) s"
        case .silent(let seconds): "nothing has come for \(seconds) s"
        case .bodyBroken(let reason): "the request's body broke off: \(reason)"
        case .givenUp: "nobody waits for the answer"
        case .invalidRequest(let name): "\(name) cannot be sent"
        }
    }
}
