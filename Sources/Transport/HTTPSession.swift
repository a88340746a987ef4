internal import WebCodec

/// Requests, one after the other: the next is not looked at before the one before it is answered, so that answers
/// are in order whatever handlers do.
final class HTTPSession: ConnectionSession {
    private struct Exchange {
        let number: Int
        let head: RequestHead
        let task: Task<Void, Never>
    }

    let service: Service
    private var parser: HTTPRequestParser
    private var deadline: Deadline
    private var head: RequestHead?
    private var body: [UInt8] = []
    private var exchange: Exchange?
    private var exchangeCount = 0
    var isStopping = false

    init(service: Service, limits: TransportLimits, now: UInt64) {
        self.service = service
        parser = HTTPRequestParser(limits: limits.http)
        deadline = Deadline(now: now, limits: limits)
    }

    func received(_ bytes: [UInt8], on connection: Connection) {
        parser.append(bytes)
        advance(on: connection)
    }

    func drained(on connection: Connection) {
        advance(on: connection)
    }

    /// Reads on, as far as it may.
    func advance(on connection: Connection) {
        do throws(HTTPError) {
            while exchange == nil, connection.session === self, !connection.isFinishing,
                connection.pendingByteCount <= connection.limits.lowWaterByteCount, let event = try parser.next()
            {
                take(event, on: connection)
            }
        } catch {
            refuse(error, on: connection)
            return
        }
        guard connection.session === self, !connection.isFinishing else { return }
        connection.setReading(parser.bufferedByteCount <= connection.limits.behindBusyByteCountMax)
        deadline.enter(currentWait(on: connection), now: connection.nowMilliseconds, limits: connection.limits)
    }

    private func currentWait(on connection: Connection) -> Deadline.Wait {
        if exchange != nil || connection.pendingByteCount > connection.limits.lowWaterByteCount { return .none }
        if parser.isBetweenRequests { return exchangeCount == 0 ? .head : .idle }
        return parser.isInHead ? .head : .body
    }

    private func take(_ event: HTTPRequestParser.Event, on connection: Connection) {
        switch event {
        case .head(let head):
            self.head = head
            if head.expectsContinue, head.hasBody, parser.bufferedByteCount == 0 {
                connection.send(Frame("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            }
        case .body(let bytes):
            if body.isEmpty { body = bytes } else { body.append(contentsOf: bytes) }
        case .end:
            guard let head else { preconditionFailure("a request ends after its head") }
            begin(head, on: connection)
            self.head = nil
            body = []
        }
    }

    private func begin(_ head: RequestHead, on connection: Connection) {
        exchangeCount += 1
        let (handler, shard, id, number) = (service.handler, connection.shard, connection.id, exchangeCount)
        let request = Request(
            head: head, body: body, remote: connection.remote,
            clientCertificate: connection.clientCertificate)
        let task = Task { @concurrent in
            let response = await handler(request)
            await shard.respond(response, on: id, exchange: number)
        }
        exchange = Exchange(number: number, head: head, task: task)
    }

    /// The handler's answer has come. It is no longer wanted when the connection has gone on without it.
    func respond(_ response: Response, exchange number: Int, on connection: Connection) {
        guard let exchange, exchange.number == number else { return }
        self.exchange = nil
        write(response, to: exchange.head, on: connection)
        advance(on: connection)
    }

    /// The last answer on this connection.
    func refuse(_ error: HTTPError, on connection: Connection) {
        connection.send(problem(error))
        connection.finish()
    }

    /// What came behind a request for another protocol.
    func takeRemaining() -> [UInt8] { parser.takeRemaining() }

    func dueMilliseconds(on connection: Connection) -> UInt64 { deadline.dueMilliseconds }

    func timePassed(on connection: Connection) {
        guard deadline.isDue(at: connection.nowMilliseconds) else { return }
        if !parser.isBetweenRequests {
            let (headSeconds, bodySeconds) = (connection.limits.headSeconds, connection.limits.bodySeconds)
            let limit = deadline.wait == .body ? "bodySeconds (\(bodySeconds))" : "headSeconds (\(headSeconds))"
            refuse(HTTPError(.requestTimeout, "the request took longer than \(limit)"), on: connection)
        }
        connection.finish()
    }

    func stop(on connection: Connection) {
        isStopping = true
        if exchange == nil, parser.isBetweenRequests { connection.finish() }
    }

    func gone() {
        exchange?.task.cancel()
    }
}
