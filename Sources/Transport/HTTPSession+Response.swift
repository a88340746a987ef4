internal import Logging
internal import WebCodec

extension HTTPSession {
    func write(_ response: Response, to exchange: HTTPExchange, on connection: Connection) {
        let head = exchange.head
        do {
            switch response.body {
            case .empty: try writeWhole(response, body: [], to: exchange, on: connection)
            case .bytes(let bytes): try writeWhole(response, body: bytes, to: exchange, on: connection)
            case .stream: preconditionFailure("is begun by beginStream")
            case .eventStream(let makeHandler):
                try beginEventStream(response, makeHandler, to: head, on: connection)
            case .webSocket(let offer, let makeHandler):
                try beginWebSocket(response, offer, makeHandler, to: head, on: connection)
            }
        } catch let error as HTTPError {
            refuse(error, on: connection)
        } catch {
            failed(error, head, on: connection)
        }
    }

    private func failed(_ error: any Error, _ head: RequestHead, on connection: Connection) {
        connection.context.log.error(
            "a response could not be written", metadata: ["target": "\(head.target)", "error": "\(error)"])
        connection.send(Frame(Problem.internalError.response(date: date)))
        connection.finish()
    }

    /// - Returns: false when a 500 went out instead, the last answer here.
    func sendHead(
        _ response: Response, adding fields: HTTPHeaders, to head: RequestHead, on connection: Connection
    ) -> Bool {
        do {
            var bytes: [UInt8] = []
            try encodeHead(response, adding: fields, into: &bytes)
            connection.send(Frame(bytes))
            return true
        } catch {
            failed(error, head, on: connection)
            return false
        }
    }

    func problem(_ error: HTTPError) -> Frame {
        Frame(Problem(error).response(date: date))
    }

    private var date: String { HTTPDate.string(unixSeconds: service.unixSeconds()) }

    private func writeWhole(
        _ response: Response, body: [UInt8], to exchange: HTTPExchange, on connection: Connection
    ) throws {
        let head = exchange.head
        // What is left of a body that nobody reads is not waited for.
        let keepsAlive = head.keepAlive && !isStopping && exchange.body == nil
        var bytes: [UInt8] = []
        var fields: HTTPHeaders = [:]
        if !HTTPStatus.isBodiless(response.status) { fields.append("Content-Length", "\(body.count)") }
        if !keepsAlive { fields.append("Connection", "close") }
        try encodeHead(response, adding: fields, into: &bytes)
        let hasBody = head.method != .head && !HTTPStatus.isBodiless(response.status)
        connection.send(hasBody ? Frame(bytes, body) : Frame(bytes))
        if !keepsAlive { connection.finish() }
    }

    /// - Throws: `HTTPHeaderError` also when the response brings what only its writer can know.
    private func encodeHead(_ response: Response, adding fields: HTTPHeaders, into bytes: inout [UInt8]) throws {
        for name in ["Content-Length", "Transfer-Encoding", "Connection", "Date"]
        where response.headers.contains(name) {
            throw HTTPHeaderError(name: name)
        }
        var head = HTTPResponseHead(status: response.status, headers: response.headers)
        for field in fields.fields { head.headers.append(field.name, field.value) }
        head.headers.append("Date", date)
        try head.encode(into: &bytes)
    }

    private func beginEventStream(
        _ response: Response, _ makeHandler: (OutboundChannel) -> any OutboundHandler, to head: RequestHead,
        on connection: Connection
    ) throws {
        guard head.version == .http11 else {
            throw HTTPError(.versionNotSupported, "an event stream needs HTTP/1.1")
        }
        var bytes: [UInt8] = []
        try encodeHead(response, adding: ["Transfer-Encoding": "chunked", "Connection": "close"], into: &bytes)
        connection.send(Frame(bytes))
        guard head.method != .head, !isStopping else {
            connection.finish()
            return
        }
        let handler = makeHandler(OutboundChannel(shard: connection.shard, id: connection.id))
        become(EventStreamSession(handler), on: connection)
        handler.opened()
    }

    private func beginWebSocket(
        _ response: Response, _ offer: WebSocketOffer, _ makeHandler: (OutboundChannel) -> any WebSocketHandler,
        to head: RequestHead, on connection: Connection
    ) throws {
        let handshake = try WebSocketHandshake(head)
        var bytes: [UInt8] = []
        let deflate = connection.limits.deflatesWebSockets ? WebSocketDeflate.agree(to: handshake.extensions) : nil
        let subprotocol = handshake.subprotocols.first { offer.subprotocols.contains($0) }
        try handshake.response(subprotocol: subprotocol, deflate: deflate, headers: response.headers)
            .encode(into: &bytes)
        connection.send(Frame(bytes))
        connection.deflate = deflate.map { $0.isNarrow ? .narrow : .wide }
        let handler = makeHandler(OutboundChannel(shard: connection.shard, id: connection.id))
        let session = WebSocketSession(
            role: .server, handler: handler, limits: offer.limits ?? connection.limits.webSocket,
            inflates: deflate != nil, connection: connection)
        become(session, on: connection)
        handler.opened()
        if isStopping { session.stop(on: connection) } else { session.received(takeRemaining(), on: connection) }
    }

    private func become(_ session: any ConnectionSession, on connection: Connection) {
        connection.sealQueue()
        connection.session = session
        connection.setReading(true)
    }
}
