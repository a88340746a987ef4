package import Logging
package import WebCodec

/// Opens WebSockets to a server, as the command line does. It has a loop of its own, which lives as long as the
/// process: one connector is enough for a program.
package struct WebSocketConnector: Sendable {
    package struct Endpoint: Sendable {
        package var host: String
        package var port: UInt16
        /// With the query.
        package var target: String
        package var headers: HTTPHeaders
        package var subprotocols: [String]

        package init(
            host: String, port: UInt16, target: String, headers: HTTPHeaders = [:], subprotocols: [String] = []
        ) {
            self.host = host
            self.port = port
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

    /// A name is looked up on the loop, which waits for it: give an address where other connections must not.
    /// - Parameter makeHandler: called on the loop, before anything is received.
    /// - Returns: the open channel; frames for it are masked ones (`Frame.maskedText`).
    /// - Throws: `ConnectError`.
    package func connect(
        to endpoint: Endpoint, makeHandler: @escaping @Sendable (OutboundChannel) -> any WebSocketHandler
    ) async throws -> OutboundChannel {
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        let handshake: WebSocketClientHandshake
        do {
            var generator = SystemRandomNumberGenerator()
            handshake = try WebSocketClientHandshake(
                key: (0..<16).map { _ in generator.next() }, host: "\(host):\(endpoint.port)",
                target: endpoint.target, subprotocols: endpoint.subprotocols, headers: endpoint.headers)
        } catch {
            throw ConnectError.invalidRequest(error.name)
        }
        return try await withCheckedThrowingContinuation { waiter in
            shard.submit { shard in
                let due = shard.loop.nowMilliseconds + UInt64(limits.connectSeconds) * 1000
                let session = ClientHandshakeSession(
                    handshake, dueMilliseconds: due, makeHandler: makeHandler, waiter: waiter)
                shard.connect(host: endpoint.host, port: endpoint.port, session)
            }
        }
    }
}
