internal import WebCodec

/// Requests, one after the other: the next is not looked at before the one before it is answered, so that answers
/// are in order whatever handlers do.
final class HTTPSession: BodySession {
    /// While reading is paused, no event tells that the peer has left: this often it is asked for.
    private static let peerLookMilliseconds: UInt64 = 1000

    let service: Service
    private var parser: HTTPRequestParser
    private var deadline: Deadline
    private var rate: BodyRate
    private var head: RequestHead?
    private var body: [UInt8] = []
    var exchange: HTTPExchange?
    private var exchangeCount = 0
    var isStopping = false

    init(service: Service, limits: TransportLimits, now: UInt64) {
        self.service = service
        parser = HTTPRequestParser(limits: limits.http, bodyRule: service.bodyRule)
        deadline = Deadline(now: now, limits: limits)
        rate = BodyRate(now: now, limits: limits)
    }

    func received(_ bytes: [UInt8], on connection: Connection) {
        parser.append(bytes)
        advance(on: connection)
    }

    func drained(on connection: Connection) {
        exchange?.resumeWriter()
        advance(on: connection)
    }

    /// Reads on, as far as it may.
    func advance(on connection: Connection) {
        do throws(HTTPError) {
            while connection.session === self, !connection.isFinishing, mayTake(on: connection),
                let event = try parser.next()
            {
                try take(event, on: connection)
            }
        } catch {
            refuse(error, on: connection)
            return
        }
        guard connection.session === self, !connection.isFinishing else { return }
        connection.setReading(wantsMore(on: connection))
        let (wait, now) = (currentWait(on: connection), connection.nowMilliseconds)
        if wait != deadline.wait { rate.restart(at: now, limits: connection.limits) }
        deadline.enter(wait, now: now, limits: connection.limits)
    }

    /// Whether the next event would have where to go.
    private func mayTake(on connection: Connection) -> Bool {
        guard let exchange else { return connection.pendingByteCount <= connection.limits.lowWaterByteCount }
        return exchange.body?.hasRoom ?? false
    }

    /// A body that is held up by its own handler holds up its client; what comes behind a busy request waits here.
    private func wantsMore(on connection: Connection) -> Bool {
        exchange?.body?.hasRoom ?? (parser.bufferedByteCount <= connection.limits.behindBusyByteCountMax)
    }

    private func currentWait(on connection: Connection) -> Deadline.Wait {
        if exchange?.body != nil { return .upload }
        if exchange != nil || connection.pendingByteCount > connection.limits.lowWaterByteCount { return .none }
        if parser.isBetweenRequests { return exchangeCount == 0 ? .head : .idle }
        return parser.isInHead ? .head : .body
    }

    private func take(_ event: HTTPRequestParser.Event, on connection: Connection) throws(HTTPError) {
        switch event {
        case .head(let head):
            if head.hasBody { rate = BodyRate(now: connection.nowMilliseconds, limits: connection.limits) }
            switch parser.bodyHandling {
            case .streamed where head.hasBody:
                try begin(head, isStreamed: true, on: connection)
            case .whole, .streamed:
                self.head = head
                if head.expectsContinue, head.hasBody, parser.bufferedByteCount == 0 { askToContinue(connection) }
            }
        case .body(let bytes):
            rate.received(bytes.count)
            if let stream = exchange?.body {
                stream.put(bytes)
            } else if body.isEmpty {
                body = bytes
            } else {
                body.append(contentsOf: bytes)
            }
        case .end:
            if let stream = exchange?.body {
                stream.end(.success(()))
                exchange?.body = nil
            } else if let head {
                try begin(head, isStreamed: false, on: connection)
                self.head = nil
                body = []
            }
        }
    }

    private func askToContinue(_ connection: Connection) {
        connection.send(Frame("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }

    private func begin(_ head: RequestHead, isStreamed: Bool, on connection: Connection) throws(HTTPError) {
        let origin = connection.origin(of: head)
        try connection.enterBehindProxy(origin)
        exchangeCount += 1
        let (handler, shard, id, number) = (service.handler, connection.shard, connection.id, exchangeCount)
        let awaitsReader = isStreamed && head.expectsContinue && parser.bufferedByteCount == 0
        let stream =
            isStreamed
            ? RequestBody(byteCountMax: connection.limits.behindHandlerByteCountMax, awaitsReader: awaitsReader) {
                shard.submit { $0.bodyWanted(on: id, exchange: number) }
            } : nil
        let remote = origin.client ?? connection.remote
        let record = ExchangeRecord(
            requestId: RequestID.given(head.headers) ?? service.makeRequestID(), remote: remote, head)
        let request = Request(
            id: record.requestId, head: head, body: body, stream: stream, remote: remote,
            scheme: origin.scheme ?? (connection.isSecure ? "https" : nil), host: origin.host,
            clientCertificate: connection.clientCertificate)
        // Begun here, so that what takes microseconds changes no thread; what takes longer leaves the loop (see
        // `RequestHandler`).
        let task = Task(executorPreference: shard.loop) { @concurrent in
            let response = await handler(request)
            if case .stream(_, let produce) = response.body {
                await withTaskExecutorPreference(globalConcurrentExecutor) {
                    await shard.stream(response, by: produce, on: id, exchange: number)
                }
            } else {
                await shard.respond(response, on: id, exchange: number)
            }
        }
        exchange = HTTPExchange(
            number: number, head: head, record: record, beganMilliseconds: connection.nowMilliseconds, task: task,
            body: stream, awaitsReader: awaitsReader)
    }

    /// The handler asks for more of its body than has come.
    func bodyWanted(exchange number: Int, on connection: Connection) {
        guard let exchange, exchange.number == number, exchange.body != nil else { return }
        if exchange.awaitsReader, !connection.isFinishing {
            self.exchange?.awaitsReader = false
            askToContinue(connection)
        }
        rate.restart(at: connection.nowMilliseconds, limits: connection.limits)
        advance(on: connection)
    }

    /// The handler's answer has come. It is no longer wanted when the connection has gone on without it.
    func respond(_ response: Response, exchange number: Int, on connection: Connection) {
        guard let exchange, exchange.number == number else { return }
        write(response, to: exchange, on: connection)
        if self.exchange?.writing == nil { endExchange(on: connection) }
    }

    /// The answer is handed over.
    func endExchange(on connection: Connection) {
        exchange?.body?.end(.failure(.clientLeft))
        exchange = nil
        // What has become of it, a stream, still is the client's.
        if connection.session === self { connection.leaveBehindProxy() }
        advance(on: connection)
    }

    /// The last answer on this connection; where another has begun already, its end is missing instead.
    ///
    /// - Parameter record: of the request, where it was understood.
    func refuse(_ error: HTTPError, _ record: ExchangeRecord? = nil, on connection: Connection) {
        let isAnswering = exchange?.writing != nil
        var record =
            record ?? exchange?.record
            ?? ExchangeRecord(
                requestId: head.flatMap { RequestID.given($0.headers) } ?? service.makeRequestID(),
                remote: head.flatMap { connection.origin(of: $0).client } ?? connection.remote, head)
        record.milliseconds = exchange?.record(at: connection.nowMilliseconds).milliseconds ?? 0
        if !isAnswering { record.status = error.status }
        service.observer.refused(error.code)
        service.observer.ended(record)
        endExchange(because: .refused(error))
        if isAnswering {
            connection.abort()
        } else {
            connection.send(Frame(Problem(error).response(date: date, requestId: record.requestId)))
            connection.finish()
        }
    }

    /// What came behind a request for another protocol.
    func takeRemaining() -> [UInt8] { parser.takeRemaining() }

    func dueMilliseconds(on connection: Connection) -> UInt64 {
        var due = deadline.dueMilliseconds
        if isTakingBody { due = min(due, rate.dueMilliseconds) }
        if exchange != nil, !connection.isReading {
            due = min(due, connection.nowMilliseconds + Self.peerLookMilliseconds)
        }
        return due
    }

    func timePassed(on connection: Connection) {
        if exchange != nil, connection.hasPeerLeft {
            connection.abort()
            return
        }
        judgeRate(on: connection)
        guard !connection.isFinishing, deadline.isDue(at: connection.nowMilliseconds) else { return }
        if !parser.isBetweenRequests {
            let (headSeconds, bodySeconds) = (connection.limits.headSeconds, connection.limits.bodySeconds)
            let limit = deadline.wait == .body ? "bodySeconds (\(bodySeconds))" : "headSeconds (\(headSeconds))"
            refuse(HTTPError(.requestTimeout, "the request took longer than \(limit)"), on: connection)
        }
        connection.finish()
    }

    private var isTakingBody: Bool { deadline.wait == .body || deadline.wait == .upload }

    private func judgeRate(on connection: Connection) {
        guard isTakingBody else { return }
        let limits = connection.limits
        let isWaiting = exchange.map { !$0.awaitsReader && $0.body?.hasRoom ?? false } ?? true
        guard rate.isTooSlow(at: connection.nowMilliseconds, isWaiting: isWaiting, limits: limits) else { return }
        let detail = "the body comes slower than bodyByteRateMin (\(limits.bodyByteRateMin)) bytes a second"
        refuse(HTTPError(.requestTimeout, detail), on: connection)
    }

    func stop(on connection: Connection) {
        isStopping = true
        if exchange == nil, parser.isBetweenRequests { connection.finish() }
        // Its answer says that the server goes.
        if let exchange, service.isOnlyWaiting(exchange.head) { exchange.task.cancel() }
    }

    /// Nobody gets its answer any more.
    func endExchange(because error: RequestBodyError) {
        guard let head = exchange?.head else { return }
        exchange?.end(error, isOnlyWaiting: service.isOnlyWaiting(head))
        exchange = nil
    }

    func gone(at now: UInt64) {
        if let exchange { service.observer.ended(exchange.record(at: now)) }
        endExchange(because: .clientLeft)
    }
}
