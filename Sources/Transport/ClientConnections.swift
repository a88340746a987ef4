internal import Synchronization

/// The connections of an HTTP client: a request goes over one that waits, or over a new one.
///
/// Used on the client's loop alone; the lock is never contended.
final class ClientConnections: Sendable {
    let limits: HTTPClientLimits
    let shard: Shard
    private let idle: Mutex<IdleConnections>

    init(limits: HTTPClientLimits, shard: Shard) {
        self.limits = limits
        self.shard = shard
        idle = Mutex(IdleConnections(limits: limits))
    }

    /// A server may close a connection while the next request is on its way to it, and nobody can tell whether it has
    /// acted on that one (RFC 9112 section 9.3.1): what may not be repeated never goes over a connection that has waited.
    func carry(_ exchange: ClientExchange, to server: ServerEndpoint, on shard: isolated Shard) {
        if exchange.isRepeatable, let id = idle.withLock({ $0.take(for: IdleConnections.Key(server)) }),
            let connection = shard.connection(id), let session = connection.session as? ClientExchangeSession
        {
            session.begin(exchange, on: connection)
        } else {
            let now = shard.loop.nowMilliseconds
            shard.connect(to: server, ClientExchangeSession(exchange, to: server, of: self, at: now))
        }
    }

    /// Over a new connection: one that had waited was closed before it brought an answer.
    func carryAgain(_ exchange: ClientExchange, to server: ServerEndpoint, dueMilliseconds: UInt64?) {
        shard.submit { shard in
            let now = shard.loop.nowMilliseconds
            shard.connect(
                to: server,
                ClientExchangeSession(exchange, to: server, of: self, at: now, dueMilliseconds: dueMilliseconds))
        }
    }

    func keep(_ id: UInt64, to server: ServerEndpoint) {
        guard let surplus = idle.withLock({ $0.keep(id, for: IdleConnections.Key(server)) }) else { return }
        shard.submit { $0.connection(surplus)?.finish() }
    }

    func forget(_ id: UInt64) {
        idle.withLock { $0.forget(id) }
    }
}
