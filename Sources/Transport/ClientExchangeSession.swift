internal import WebCodec

/// A connection to a server: one request and its answer after the other, and the waiting in between.
final class ClientExchangeSession: OutgoingSession {
    private let server: ServerEndpoint
    private let connections: ClientConnections
    /// nil while the connection waits for one.
    private var exchange: ClientExchange?
    private var parser: HTTPResponseParser
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    /// The connection's; 0 until there is one.
    private var id: UInt64 = 0
    private var idleDueMilliseconds = UInt64.max
    /// Whether the connection has waited, and the server has said nothing since: it may have closed it meanwhile.
    private var mayBeStale = false

    init(_ exchange: ClientExchange, to server: ServerEndpoint, of connections: ClientConnections) {
        self.server = server
        self.connections = connections
        self.exchange = exchange
        parser = Self.parser(for: exchange)
    }

    private static func parser(for exchange: ClientExchange) -> HTTPResponseParser {
        var limits = HTTPLimits()
        limits.bodyByteCountMax = exchange.bodyByteCountMax
        return HTTPResponseParser(to: exchange.method, limits: limits)
    }

    func connected(_ connection: Connection) {
        id = connection.id
        if let exchange { connection.send(Frame(exchange.bytes)) }
    }

    /// The next one, over a connection that has waited.
    func begin(_ exchange: ClientExchange, on connection: Connection) {
        self.exchange = exchange
        parser = Self.parser(for: exchange)
        (head, body, mayBeStale) = (nil, [], true)
        connection.send(Frame(exchange.bytes))
    }

    func received(_ bytes: [UInt8], on connection: Connection) {
        guard exchange != nil else {
            // Nobody has asked: what else it says would be read as the next answer.
            connections.forget(id)
            connection.abort()
            return
        }
        mayBeStale = false
        parser.append(bytes)
        do throws(HTTPResponseParser.Failure) {
            while let event = try parser.next() { take(event) }
        } catch {
            settle(.failure(.invalidAnswer(error.reason)))
        }
        guard exchange == nil else { return }
        // A server that answers before it has the whole request may take its rest for the next one.
        guard parser.isFollowedByAnother, connection.pendingByteCount == 0 else {
            connection.abort()
            return
        }
        idleDueMilliseconds = connection.nowMilliseconds + UInt64(connections.limits.idleSeconds) * 1000
        connections.keep(id, to: server)
    }

    private func take(_ event: HTTPResponseParser.Event) {
        switch event {
        case .head(let head): self.head = head
        case .body(let bytes): body.append(contentsOf: bytes)
        case .end:
            guard let head else { preconditionFailure("an answer ends after its head") }
            settle(.success(ClientResponse(status: head.status, headers: head.headers, body: body)))
        }
    }

    // MARK: The end of the connection

    /// The server said that nothing follows: an answer without a length is whole.
    func peerFinished(on connection: Connection) {
        connections.forget(id)
        finish()
    }

    func gone(at now: UInt64) {
        connections.forget(id)
        // Over TLS, an end that was not announced may be anybody's.
        guard server.tls == nil || mayBeStale else {
            settle(.failure(.invalidAnswer("the connection was cut")))
            return
        }
        finish()
    }

    private func finish() {
        guard let exchange else { return }
        guard !mayBeStale else {
            self.exchange = nil
            connections.carryAgain(exchange, to: server)
            return
        }
        do throws(HTTPResponseParser.Failure) {
            if let event = try parser.finish() { take(event) }
        } catch {
            settle(.failure(.invalidAnswer(error.reason)))
        }
    }

    func failed(_ reason: String, on connection: Connection) {
        connections.forget(id)
        if mayBeStale { finish() } else { settle(.failure(.insecure(reason))) }
    }

    func unreachable(_ reason: String) { settle(.failure(.unreachable(reason))) }
    func timedOut() { settle(.failure(.timedOut(seconds: exchange?.seconds ?? 0))) }

    func drained(on connection: Connection) {}

    // MARK: Time

    /// Also while there is no connection yet.
    var dueMilliseconds: UInt64 { exchange?.dueMilliseconds ?? idleDueMilliseconds }

    func dueMilliseconds(on connection: Connection) -> UInt64 { dueMilliseconds }

    func timePassed(on connection: Connection) {
        guard connection.nowMilliseconds >= dueMilliseconds else { return }
        connections.forget(id)
        guard exchange != nil else {
            connection.finish()
            return
        }
        timedOut()
        connection.abort()
    }

    /// The task that waited was cancelled.
    func stop(on connection: Connection) {
        connections.forget(id)
        settle(.failure(.unreachable("cancelled")))
        connection.abort()
    }

    private func settle(_ result: Result<ClientResponse, HTTPClientError>) {
        exchange?.settle(result)
        exchange = nil
    }
}
