internal import Glibc

package enum TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// libwebsockets or its libuv plug-in did not start.
    case loopUnavailable
    case cannotListen(Listener.Place, errno: Int32)
    case cannotSpeakTLS(Listener.Place, TLSError)

    package var description: String {
        switch self {
        case .loopUnavailable:
            "libwebsockets does not start: are libwebsockets and libwebsockets-evlib-uv installed?"
        case .cannotListen(let place, let errno):
            "cannot listen on \(place): \(unsafe String(cString: strerror(errno)))"
        case .cannotSpeakTLS(let place, let error): "cannot speak TLS on \(place): \(error)"
        }
    }
}
