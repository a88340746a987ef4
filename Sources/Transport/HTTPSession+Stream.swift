internal import Logging
internal import WebCodec

/// Responses that are written while the client takes them.
extension HTTPSession {
    /// - Returns: whether the producer is to run.
    func beginStream(
        _ response: Response, byteCount: Int?, exchange number: Int, on connection: Connection
    ) -> Bool {
        guard let exchange, exchange.number == number else { return false }
        let head = exchange.head
        let hasBody = head.method != .head && !HTTPStatus.isBodiless(response.status)
        let isChunked = byteCount == nil && head.version == .http11
        var keepsAlive = head.keepAlive && !isStopping && exchange.body == nil
        if byteCount == nil, !isChunked { keepsAlive = false }
        var fields: HTTPHeaders = [:]
        if !HTTPStatus.isBodiless(response.status) {
            if let byteCount { fields.append("Content-Length", "\(byteCount)") }
            if isChunked { fields.append("Transfer-Encoding", "chunked") }
        }
        if !keepsAlive { fields.append("Connection", "close") }
        let record = exchange.record(of: response, at: connection.nowMilliseconds)
        guard sendHead(response, adding: fields, to: head, record, on: connection) else {
            endExchange(on: connection)
            return false
        }
        if hasBody {
            self.exchange?.record = record
            self.exchange?.writing = HTTPExchange.Writing(
                body: OutgoingBody(byteCount: byteCount, isChunked: isChunked), keepsAlive: keepsAlive)
        } else {
            service.observer.ended(record)
            if !keepsAlive { connection.finish() }
            endExchange(on: connection)
        }
        return hasBody
    }

    func writeBody(_ bytes: some Collection<UInt8>, exchange number: Int, on connection: Connection) throws {
        guard exchange?.writing != nil, exchange?.number == number else { throw RequestBodyError.clientLeft }
        do {
            if let frame = try exchange?.writing?.body.frame(bytes) { connection.send(frame) }
        } catch {
            breakOff("a streamed response is longer than its byte count", on: connection)
            throw RequestBodyError.clientLeft
        }
        exchange?.record.byteCount += bytes.count
    }

    func awaitRoom(_ waiter: CheckedContinuation<Void, any Error>, exchange number: Int, on connection: Connection) {
        guard exchange?.number == number, exchange?.writing != nil else {
            waiter.resume(throwing: RequestBodyError.clientLeft)
            return
        }
        guard connection.pendingByteCount > connection.limits.lowWaterByteCount else {
            waiter.resume()
            return
        }
        exchange?.writing?.body.await(waiter)
    }

    /// - Parameter error: what the producer threw.
    func endStream(exchange number: Int, error: (any Error)?, on connection: Connection) {
        guard let writing = exchange?.writing, exchange?.number == number else { return }
        if let error {
            breakOff("a streamed response was broken off: \(error)", on: connection)
        } else if !writing.body.isWhole {
            breakOff("a streamed response is shorter than its byte count", on: connection)
        } else {
            if let exchange { service.observer.ended(exchange.record(at: connection.nowMilliseconds)) }
            if let end = writing.body.end { connection.send(end) }
            if !writing.keepsAlive || isStopping { connection.finish() }
            endExchange(on: connection)
        }
    }

    private func breakOff(_ reason: String, on connection: Connection) {
        connection.context.log.error(
            "a response is cut", metadata: ["target": "\(exchange?.head.target ?? "")", "reason": "\(reason)"])
        if let exchange { service.observer.ended(exchange.record(at: connection.nowMilliseconds)) }
        endExchange(because: .clientLeft)
        connection.abort()
    }
}
