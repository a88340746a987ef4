package import WebCodec

/// A request, as a handler sees it: with its body whole, or with the means to take it as it comes.
package struct Request: Sendable {
    /// The client's own or one of ours: see `RequestID`.
    package let id: String
    package let head: RequestHead
    /// At most `HTTPLimits.bodyByteCountMax`; nothing when the body is streamed.
    package let body: [UInt8]
    /// Where the server's `BodyHandling.Rule` says so. What is not read when the handler answers is not waited for: the
    /// connection closes behind the answer.
    package let stream: RequestBody?
    /// The client. Where it is a trusted proxy's word, the port is 0.
    package let remote: RemoteAddress
    /// `https` or `http`, as the client speaks it with us, or with a proxy that says so; nil where it is plain text,
    /// behind which a proxy may have spoken TLS.
    package let scheme: String?
    /// `Host`, or what a trusted proxy says that it was.
    package let host: String?
    /// Over TLS, of a client that has shown one.
    package let clientCertificate: ClientCertificate?

    package init(
        id: String, head: RequestHead, body: [UInt8], stream: RequestBody? = nil, remote: RemoteAddress,
        scheme: String? = nil, host: String? = nil, clientCertificate: ClientCertificate? = nil
    ) {
        self.id = id
        self.head = head
        self.body = body
        self.stream = stream
        self.remote = remote
        self.scheme = scheme
        self.host = host ?? head.headers["Host"]
        self.clientCertificate = clientCertificate
    }
}

/// Answers a request. It begins on the connection's loop, where everybody else waits: what computes for longer than some
/// microseconds leaves it first (`withTaskExecutorPreference(globalConcurrentExecutor)`).
///
/// When the client leaves, the task is cancelled, unless the request is one to do something and has come whole. One that
/// only waits (`Server.start`) is cancelled then too, and when the server stops.
package typealias RequestHandler = @concurrent @Sendable (Request) async -> Response
