package import WebCodec

/// The answer to a request. `Content-Length`, `Transfer-Encoding`, `Connection`, `Date` and `X-Request-Id` are the transport's to
/// write; a response that brings one of them becomes a 500.
package struct Response: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// What the closure writes, while the client takes it. With a count, exactly that much must be written; without
        /// one it is chunked (for HTTP/1.0: ended by closing). Runs off the loops, in the handler's task, which is
        /// cancelled when the client leaves. A producer that throws breaks the connection, so that what has come
        /// is not taken for the whole. A HEAD request gets the head alone.
        case stream(byteCount: Int?, @concurrent @Sendable (BodyWriter) async throws -> Void)
        /// An event stream that goes on until either side closes it. The closure runs on the loop, once the head is
        /// on its way; a HEAD request gets the head alone.
        case eventStream(@Sendable (OutboundChannel) -> any OutboundHandler)
        /// The connection becomes a WebSocket, if the request asks for one rightly; otherwise it is refused with 400
        /// or 426. `status` is not used. The closure runs on the loop, before anything is received.
        case webSocket(
            WebSocketOffer = WebSocketOffer(), @Sendable (OutboundChannel) -> any WebSocketHandler)
    }

    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body
    package var notes = ResponseNotes()

    package init(status: Int = 200, headers: HTTPHeaders = [:], body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
