internal import WebCodec

/// A connection to a server: one request and its answer after the other, and the waiting in between.
final class ClientExchangeSession: OutgoingSession {
    let server: ServerEndpoint
    let connections: ClientConnections
    /// nil while the connection waits for one.
    var exchange: ClientExchange?
    /// Of how many exchanges this is the last one.
    var exchangeCount = 1
    private var parser: HTTPResponseParser
    /// Once the answer's head has come.
    private var body: ResponseBody?
    var writing: Writing?
    /// The connection's; 0 until there is one.
    var id: UInt64 = 0
    private var dueAtMilliseconds: UInt64
    /// Whether the connection has waited, and the server has said nothing since: it may have closed it meanwhile.
    private var mayBeStale = false

    /// A streamed request that is not whole.
    struct Writing {
        var body: OutgoingBody
        let task: Task<Void, Never>
    }

    /// - Parameter dueMilliseconds: of an exchange that was begun before.
    init(
        _ exchange: ClientExchange, to server: ServerEndpoint, of connections: ClientConnections, at now: UInt64,
        dueMilliseconds: UInt64? = nil
    ) {
        self.server = server
        self.connections = connections
        self.exchange = exchange
        parser = Self.parser(for: exchange)
        dueAtMilliseconds = dueMilliseconds ?? Self.due(exchange, at: now)
    }

    private static func parser(for exchange: ClientExchange) -> HTTPResponseParser {
        var limits = HTTPLimits()
        limits.bodyByteCountMax = exchange.request.bodyByteCountMax
        return HTTPResponseParser(to: exchange.request.method, limits: limits)
    }

    // MARK: Asking

    func connected(_ connection: Connection) {
        id = connection.id
        guard let exchange else { return connection.abort() }
        ask(exchange, on: connection)
    }

    /// The next one, over a connection that has waited.
    func begin(_ exchange: ClientExchange, on connection: Connection) {
        self.exchange = exchange
        exchangeCount += 1
        parser = Self.parser(for: exchange)
        (body, mayBeStale) = (nil, true)
        dueAtMilliseconds = Self.due(exchange, at: connection.nowMilliseconds)
        ask(exchange, on: connection)
    }

    private func ask(_ exchange: ClientExchange, on connection: Connection) {
        guard exchange.begin(on: id) else { return giveUp(exchange, on: connection) }
        connection.send(Frame(exchange.bytes))
        beginBody(of: exchange, on: connection)
    }

    // MARK: The answer

    func received(_ bytes: [UInt8], on connection: Connection) {
        guard exchange != nil else {
            // Nobody has asked: what else it says would be read as the next answer.
            connections.forget(id)
            connection.abort()
            return
        }
        mayBeStale = false
        showProgress(at: connection.nowMilliseconds)
        parser.append(bytes)
        advance(on: connection)
    }

    /// Reads on, as far as the body's reader lets it.
    private func advance(on connection: Connection) {
        do throws(HTTPResponseParser.Failure) {
            while body?.hasRoom ?? true, let event = try parser.next() { take(event) }
        } catch {
            settle(.failure(.invalidAnswer(error.reason)))
        }
        guard exchange == nil else { return connection.setReading(body?.hasRoom ?? true) }
        // A server that answers before it has the whole request may take its rest for the next one.
        guard parser.isFollowedByAnother, writing == nil, connection.pendingByteCount == 0 else {
            stopWriting(.givenUp)
            connection.abort()
            return
        }
        connection.setReading(true)
        dueAtMilliseconds = connection.nowMilliseconds + UInt64(connections.limits.idleSeconds) * 1000
        connections.keep(id, to: server)
    }

    private func take(_ event: HTTPResponseParser.Event) {
        switch event {
        case .head(let head):
            let (shard, id, number) = (connections.shard, id, exchangeCount)
            let body = ResponseBody(byteCountMax: connections.limits.behindReaderByteCountMax, awaitsReader: false) {
                shard.submit { shard in
                    guard let connection = shard.connection(id) else { return }
                    (connection.session as? ClientExchangeSession)?.bodyWanted(exchange: number, on: connection)
                }
            }
            self.body = body
            exchange?.answer(.success(ClientAnswer(status: head.status, headers: head.headers, body: body)))
        case .body(let bytes): body?.put(bytes)
        case .end: settle(.success(()))
        }
    }

    private func bodyWanted(exchange number: Int, on connection: Connection) {
        guard exchange != nil, exchangeCount == number else { return }
        showProgress(at: connection.nowMilliseconds)
        advance(on: connection)
    }

    /// The first end counts.
    func settle(_ result: Result<Void, HTTPClientError>) {
        if let body {
            body.end(result)
        } else if case .failure(let error) = result {
            exchange?.answer(.failure(error))
        }
        exchange?.end()
        exchange = nil
        if case .failure(let error) = result { stopWriting(error) }
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
            // The whole of it has no more time than it was given.
            let due: UInt64? = if case .whole = exchange.request.timeout { dueAtMilliseconds } else { nil }
            connections.carryAgain(exchange, to: server, dueMilliseconds: due)
            return
        }
        do throws(HTTPResponseParser.Failure) {
            // What the reader was behind with: one read of the socket.
            while let event = try parser.next() { take(event) }
            if self.exchange != nil, let event = try parser.finish() { take(event) }
        } catch {
            settle(.failure(.invalidAnswer(error.reason)))
        }
        stopWriting(.givenUp)
    }

    func failed(_ reason: String, on connection: Connection) {
        connections.forget(id)
        if mayBeStale { finish() } else { settle(.failure(.insecure(reason))) }
    }

    func unreachable(_ reason: String) { settle(.failure(.unreachable(reason))) }

    /// Whoever asked does not want it any more.
    func giveUp(_ exchange: ClientExchange, on connection: Connection) {
        guard self.exchange === exchange else { return }
        connections.forget(id)
        settle(.failure(.givenUp))
        connection.abort()
    }

    func stop(on connection: Connection) {
        connections.forget(id)
        settle(.failure(.unreachable("the client has been stopped")))
        connection.abort()
    }

    // MARK: Time

    private static func due(_ exchange: ClientExchange, at now: UInt64) -> UInt64 {
        switch exchange.request.timeout {
        case .whole(let seconds), .silence(let seconds): now + UInt64(seconds) * 1000
        }
    }

    func showProgress(at now: UInt64) {
        if let exchange, case .silence = exchange.request.timeout { dueAtMilliseconds = Self.due(exchange, at: now) }
    }

    /// Also while there is no connection yet.
    var dueMilliseconds: UInt64 { dueAtMilliseconds }

    func dueMilliseconds(on connection: Connection) -> UInt64 {
        // It is not the server's turn while we have not said all, or do not listen.
        if case .silence = exchange?.request.timeout, writing != nil || !connection.isReading { return .max }
        return dueAtMilliseconds
    }

    func timePassed(on connection: Connection) {
        guard connection.nowMilliseconds >= dueMilliseconds(on: connection) else { return }
        connections.forget(id)
        guard exchange != nil else {
            connection.finish()
            return
        }
        timedOut()
        connection.abort()
    }

    func timedOut() {
        switch exchange?.request.timeout {
        case .whole(let seconds): settle(.failure(.timedOut(seconds: seconds)))
        case .silence(let seconds): settle(.failure(.silent(seconds: seconds)))
        case nil: break
        }
    }
}
