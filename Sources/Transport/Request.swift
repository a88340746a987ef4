package import WebCodec

/// One whole request, as a handler sees it.
package struct Request: Sendable {
    package let head: RequestHead
    /// At most `HTTPLimits.bodyByteCountMax`.
    package let body: [UInt8]
    package let remote: RemoteAddress
    /// Over TLS, of a client that has shown one.
    package let clientCertificate: ClientCertificate?

    package init(
        head: RequestHead, body: [UInt8], remote: RemoteAddress, clientCertificate: ClientCertificate? = nil
    ) {
        self.head = head
        self.body = body
        self.remote = remote
        self.clientCertificate = clientCertificate
    }
}

/// Answers a request, off the loops. Its task is cancelled when the client leaves.
package typealias RequestHandler = @concurrent @Sendable (Request) async -> Response
