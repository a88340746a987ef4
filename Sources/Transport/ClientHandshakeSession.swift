internal import WebCodec

/// An outgoing connection until it is a WebSocket, or has failed to become one.
final class ClientHandshakeSession: OutgoingSession {
    private var handshake: WebSocketClientHandshake
    private let makeHandler: @Sendable (OutboundChannel) -> any WebSocketHandler
    let dueMilliseconds: UInt64
    private var waiter: CheckedContinuation<OutboundChannel, any Error>?

    init(
        _ handshake: WebSocketClientHandshake, dueMilliseconds: UInt64,
        makeHandler: @escaping @Sendable (OutboundChannel) -> any WebSocketHandler,
        waiter: CheckedContinuation<OutboundChannel, any Error>
    ) {
        self.handshake = handshake
        self.dueMilliseconds = dueMilliseconds
        self.makeHandler = makeHandler
        self.waiter = waiter
    }

    func connected(_ connection: Connection) {
        connection.send(Frame(handshake.request))
    }

    func received(_ bytes: [UInt8], on connection: Connection) {
        do throws(WebSocketClientHandshake.Failure) {
            guard let success = try handshake.receive(bytes) else { return }
            succeed(success, on: connection)
        } catch {
            switch error {
            case .refused(let status, let headers): settle(.failure(.refused(status: status, headers: headers)))
            case .invalid(let reason): settle(.failure(.invalidAnswer(reason)))
            }
            connection.abort()
        }
    }

    private func succeed(_ success: WebSocketClientHandshake.Success, on connection: Connection) {
        let channel = OutboundChannel(shard: connection.shard, id: connection.id)
        let handler = makeHandler(channel)
        let session = WebSocketSession(
            role: .client, handler: handler, limits: connection.limits.webSocket, inflates: false,
            connection: connection)
        connection.session = session
        settle(.success(channel))
        handler.opened()
        session.received(success.remaining, on: connection)
    }

    func drained(on connection: Connection) {}

    func dueMilliseconds(on connection: Connection) -> UInt64 { dueMilliseconds }

    func timePassed(on connection: Connection) {
        guard connection.nowMilliseconds >= dueMilliseconds else { return }
        timedOut()
        connection.abort()
    }

    func stop(on connection: Connection) { connection.abort() }

    func unreachable(_ reason: String) { settle(.failure(.unreachable(reason))) }
    func failed(_ reason: String, on connection: Connection) { settle(.failure(.insecure(reason))) }
    func timedOut() { settle(.failure(.timedOut)) }

    func gone(at now: UInt64) {
        settle(.failure(.invalidAnswer("the server closed the connection")))
    }

    private func settle(_ result: Result<OutboundChannel, ConnectError>) {
        waiter?.resume(with: result.mapError { $0 as any Error })
        waiter = nil
    }
}
