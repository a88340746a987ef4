package import Logging
package import WebCodec

/// Makes requests, and keeps connections open for the next ones. It has a loop of its own, which lives as long as the
/// process: one client is enough for a program. Redirections are not followed; what may be asked of whom is the caller's
/// to say.
package struct HTTPClient: Sendable {
    private let shard: Shard
    private let connections: ClientConnections

    package init(limits: HTTPClientLimits = HTTPClientLimits(), log: Logger) throws(TransportError) {
        shard = try Shard(limits: TransportLimits(), log: log, service: nil)
        connections = ClientConnections(limits: limits, shard: shard)
        try shard.start()
    }

    /// - Throws: `HTTPClientError`.
    package func send(_ request: ClientRequest, to server: ServerEndpoint) async throws -> ClientResponse {
        let bytes = try request.encode(host: server.hostField)
        return try await withCheckedThrowingContinuation { waiter in
            shard.submit { [connections] shard in
                let exchange = ClientExchange(
                    request, bytes: bytes, nowMilliseconds: shard.loop.nowMilliseconds, waiter: waiter)
                connections.carry(exchange, to: server, on: shard)
            }
        }
    }

    /// - Parameter tls: for `https`: whom to believe, and what to show.
    /// - Throws: `HTTPClientError`; `.invalidRequest` for an `https` address without `tls`.
    package func send(
        _ method: HTTPMethod, _ url: HTTPURL, headers: HTTPHeaders = [:], body: [UInt8] = [], tls: TLSContext?
    ) async throws -> ClientResponse {
        guard !url.isSecure || tls != nil else { throw HTTPClientError.invalidRequest("https without TLS") }
        let server = ServerEndpoint(host: url.host, port: url.port, tls: url.isSecure ? tls : nil)
        return try await send(ClientRequest(method, url.target, headers: headers, body: body), to: server)
    }
}
