package import Logging
package import WebCodec

/// Opens WebSockets to a server, as the command line does. It has a loop of its own, which lives as long as the
/// process: one connector is enough for a program.
package struct WebSocketConnector: Sendable {
    package struct Endpoint: Sendable {
        package var server: ServerEndpoint
        /// With the query.
        package var target: String
        package var headers: HTTPHeaders
        package var subprotocols: [String]

        package init(
            _ server: ServerEndpoint, target: String, headers: HTTPHeaders = [:], subprotocols: [String] = []
        ) {
            self.server = server
            self.target = target
            self.headers = headers
            self.subprotocols = subprotocols
        }
    }

    private let shard: Shard
    private let limits: TransportLimits

    package init(limits: TransportLimits = TransportLimits(), log: Logger) throws(TransportError) {
        shard = try Shard(limits: limits, log: log, service: nil)
        try shard.start()
        self.limits = limits
    }

    /// Where the channels live, for an actor that should live there too.
    package var unownedExecutor: UnownedSerialExecutor { unsafe shard.unownedExecutor }

    /// - Parameter makeHandler: called on the loop, before anything is received.
    /// - Returns: the open channel; frames for it are masked ones (`Frame.maskedText`).
    /// - Throws: `ConnectError`.
    package func connect(
        to endpoint: Endpoint, makeHandler: @escaping @Sendable (OutboundChannel) -> any WebSocketHandler
    ) async throws -> OutboundChannel {
        let handshake: WebSocketClientHandshake
        do {
            var generator = SystemRandomNumberGenerator()
            handshake = try WebSocketClientHandshake(
                key: (0..<16).map { _ in generator.next() }, host: endpoint.server.hostField,
                target: endpoint.target, subprotocols: endpoint.subprotocols, headers: endpoint.headers)
        } catch {
            throw ConnectError.invalidRequest(error.name)
        }
        return try await withCheckedThrowingContinuation { waiter in
            shard.submit { shard in
                let due = shard.loop.nowMilliseconds + UInt64(limits.connectSeconds) * 1000
                let session = ClientHandshakeSession(
                    handshake, dueMilliseconds: due, makeHandler: makeHandler, waiter: waiter)
                shard.connect(to: endpoint.server, session)
            }
        }
    }
}
