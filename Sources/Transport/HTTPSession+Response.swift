internal import Logging
internal import WebCodec

extension HTTPSession {
    func write(_ response: Response, to exchange: HTTPExchange, on connection: Connection) {
        let (head, record) = (exchange.head, exchange.record(of: response, at: connection.nowMilliseconds))
        do {
            switch response.body {
            case .empty: try writeWhole(response, body: [], to: exchange, record, on: connection)
            case .bytes(let bytes): try writeWhole(response, body: bytes, to: exchange, record, on: connection)
            case .stream: preconditionFailure("is begun by beginStream")
            case .eventStream(let makeHandler):
                try beginEventStream(response, makeHandler, to: head, record, on: connection)
            case .webSocket(let offer, let makeHandler):
                try beginWebSocket(response, offer, makeHandler, to: head, record, on: connection)
            }
        } catch let error as HTTPError {
            refuse(error, record, on: connection)
        } catch {
            failed(error, head, record, on: connection)
        }
    }

    private func failed(_ error: any Error, _ head: RequestHead, _ record: ExchangeRecord, on connection: Connection) {
        connection.context.log.error(
            "a response could not be written",
            metadata: ["target": "\(head.target)", "requestId": "\(record.requestId)", "error": "\(error)"])
        var record = record
        record.status = Problem.internalError.status
        service.observer.ended(record)
        connection.send(Frame(Problem.internalError.response(date: date, requestId: record.requestId)))
        connection.finish()
    }

    /// - Returns: false when a 500 went out instead, the last answer here.
    func sendHead(
        _ response: Response, adding fields: HTTPHeaders, to head: RequestHead, _ record: ExchangeRecord,
        on connection: Connection
    ) -> Bool {
        do {
            var bytes: [UInt8] = []
            try encodeHead(response, adding: fields, record, into: &bytes)
            connection.send(Frame(bytes))
            return true
        } catch {
            failed(error, head, record, on: connection)
            return false
        }
    }

    var date: String { HTTPDate.string(unixSeconds: service.unixSeconds()) }

    private func writeWhole(
        _ response: Response, body: [UInt8], to exchange: HTTPExchange, _ record: ExchangeRecord,
        on connection: Connection
    ) throws {
        let head = exchange.head
        // What is left of a body that nobody reads is not waited for.
        let keepsAlive = head.keepAlive && !isStopping && exchange.body == nil
        var bytes: [UInt8] = []
        var fields: HTTPHeaders = [:]
        if !HTTPStatus.isBodiless(response.status) { fields.append("Content-Length", "\(body.count)") }
        if !keepsAlive { fields.append("Connection", "close") }
        try encodeHead(response, adding: fields, record, into: &bytes)
        let hasBody = head.method != .head && !HTTPStatus.isBodiless(response.status)
        var record = record
        record.byteCount = hasBody ? body.count : 0
        service.observer.ended(record)
        connection.send(hasBody ? Frame(bytes, body) : Frame(bytes))
        if !keepsAlive { connection.finish() }
    }

    /// - Throws: `HTTPHeaderError` also when the response brings what only its writer can know.
    private func encodeHead(
        _ response: Response, adding fields: HTTPHeaders, _ record: ExchangeRecord, into bytes: inout [UInt8]
    ) throws {
        for name in ["Content-Length", "Transfer-Encoding", "Connection", "Date", RequestID.header]
        where response.headers.contains(name) {
            throw HTTPHeaderError(name: name)
        }
        var head = HTTPResponseHead(status: response.status, headers: response.headers)
        for field in fields.fields { head.headers.append(field.name, field.value) }
        head.headers.append("Date", date)
        head.headers.append(RequestID.header, record.requestId)
        try head.encode(into: &bytes)
    }

    private func beginEventStream(
        _ response: Response, _ makeHandler: (OutboundChannel) -> any OutboundHandler, to head: RequestHead,
        _ record: ExchangeRecord, on connection: Connection
    ) throws {
        guard head.version == .http11 else {
            throw HTTPError(.versionNotSupported, "an event stream needs HTTP/1.1")
        }
        var bytes: [UInt8] = []
        try encodeHead(
            response, adding: ["Transfer-Encoding": "chunked", "Connection": "close"], record, into: &bytes)
        connection.send(Frame(bytes))
        guard head.method != .head, !isStopping else {
            service.observer.ended(record)
            connection.finish()
            return
        }
        let handler = makeHandler(OutboundChannel(shard: connection.shard, id: connection.id))
        become(EventStreamSession(handler), .eventStream, record, on: connection)
        handler.opened()
    }

    private func beginWebSocket(
        _ response: Response, _ offer: WebSocketOffer, _ makeHandler: (OutboundChannel) -> any WebSocketHandler,
        to head: RequestHead, _ record: ExchangeRecord, on connection: Connection
    ) throws {
        let handshake = try WebSocketHandshake(head)
        var bytes: [UInt8] = []
        let deflate = connection.limits.deflatesWebSockets ? WebSocketDeflate.agree(to: handshake.extensions) : nil
        let subprotocol = handshake.subprotocols.first { offer.subprotocols.contains($0) }
        var headers = response.headers
        headers.set(RequestID.header, record.requestId)
        try handshake.response(subprotocol: subprotocol, deflate: deflate, headers: headers).encode(into: &bytes)
        connection.send(Frame(bytes))
        connection.deflate = deflate.map { $0.isNarrow ? .narrow : .wide }
        let handler = makeHandler(OutboundChannel(shard: connection.shard, id: connection.id))
        let session = WebSocketSession(
            role: .server, handler: handler, limits: offer.limits ?? connection.limits.webSocket,
            inflates: deflate != nil, connection: connection)
        var record = record
        record.status = 101
        become(session, .webSocket, record, on: connection)
        handler.opened()
        if isStopping { session.stop(on: connection) } else { session.received(takeRemaining(), on: connection) }
    }

    private func become(
        _ session: any ConnectionSession, _ kind: ExchangeRecord.Kind, _ record: ExchangeRecord,
        on connection: Connection
    ) {
        var record = record
        record.kind = kind
        service.observer.ended(record)
        service.observer.streamOpened()
        record.milliseconds = connection.nowMilliseconds
        connection.stream = record
        connection.sealQueue()
        connection.session = session
        connection.setReading(true)
    }
}
