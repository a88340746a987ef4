internal import Glibc

package enum TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// libwebsockets or its libuv plug-in did not start.
    case loopUnavailable
    case cannotListen(host: String, port: UInt16, errno: Int32)

    package var description: String {
        switch self {
        case .loopUnavailable:
            "libwebsockets does not start: are libwebsockets and libwebsockets-evlib-uv installed?"
        case .cannotListen(let host, let port, let errno):
            "cannot listen on \(host):\(port): \(unsafe String(cString: strerror(errno)))"
        }
    }
}
