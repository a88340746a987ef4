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

    /// The answer as it comes: the server's sending pauses while `receiving` is behind. When that returns before the
    /// body's end, the rest is not read, and the connection ends.
    ///
    /// - Throws: `HTTPClientError`, also from the body, what `receiving` throws, and `CancellationError`.
    package func send<Value: Sendable>(
        _ request: ClientRequest, to server: ServerEndpoint, receiving: (ClientAnswer) async throws -> Value
    ) async throws -> Value {
        let exchange = ClientExchange(request, bytes: try request.encode(host: server.hostField), on: shard)
        defer { exchange.giveUp() }
        let answer = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                exchange.wait(waiter)
                shard.submit { [connections] shard in connections.carry(exchange, to: server, on: shard) }
            }
        } onCancel: {
            exchange.giveUp()
        }
        return try await receiving(answer)
    }

    /// The whole answer.
    ///
    /// - Throws: `HTTPClientError`, `CancellationError`.
    package func send(_ request: ClientRequest, to server: ServerEndpoint) async throws -> ClientResponse {
        try await send(request, to: server) { answer in
            var body: [UInt8] = []
            for try await bytes in answer.body { body.append(contentsOf: bytes) }
            return ClientResponse(status: answer.status, headers: answer.headers, body: body)
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
