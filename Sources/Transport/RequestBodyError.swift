package import WebCodec

/// Why a body that its handler takes as it comes will not come to its end. The client is told by the transport, if it
/// is still there: whatever the handler answers is not wanted any more.
package enum RequestBodyError: Error, Sendable, Equatable {
    case clientLeft
    /// What came is wrong, too much or too slow.
    case refused(HTTPError)
}
