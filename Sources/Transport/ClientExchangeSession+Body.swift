internal import WebCodec

/// A request's body that is made while it is sent.
extension ClientExchangeSession: BodySession {
    func beginBody(of exchange: ClientExchange, on connection: Connection) {
        guard case .stream(let byteCount, let produce) = exchange.request.body else { return }
        let (shard, number) = (connection.shard, exchangeCount)
        let writer = BodyWriter(
            shard: shard, connection: connection.id, exchange: number, gone: HTTPClientError.givenUp)
        let task = Task { @concurrent in await shard.sendBody(by: produce, to: writer) }
        writing = Writing(body: OutgoingBody(byteCount: byteCount, isChunked: byteCount == nil), task: task)
    }

    func writeBody(_ bytes: some Collection<UInt8>, exchange number: Int, on connection: Connection) throws {
        guard writing != nil, exchangeCount == number else { throw HTTPClientError.givenUp }
        do {
            if let frame = try writing?.body.frame(bytes) { connection.send(frame) }
        } catch {
            throw breakOff("it is longer than its byte count", on: connection)
        }
    }

    func awaitRoom(_ waiter: CheckedContinuation<Void, any Error>, exchange number: Int, on connection: Connection) {
        guard writing != nil, exchangeCount == number else {
            waiter.resume(throwing: HTTPClientError.givenUp)
            return
        }
        guard connection.pendingByteCount > connection.limits.lowWaterByteCount else {
            waiter.resume()
            return
        }
        writing?.body.await(waiter)
    }

    func drained(on connection: Connection) {
        showProgress(at: connection.nowMilliseconds)
        writing?.body.resumeWriter()
    }

    func endBody(exchange number: Int, error: (any Error)?, on connection: Connection) {
        guard let writing, exchangeCount == number else { return }
        if let error {
            breakOff("\(error)", on: connection)
        } else if !writing.body.isWhole {
            breakOff("it is shorter than its byte count", on: connection)
        } else {
            if let end = writing.body.end { connection.send(end) }
            self.writing = nil
            showProgress(at: connection.nowMilliseconds)
        }
    }

    @discardableResult
    private func breakOff(_ reason: String, on connection: Connection) -> HTTPClientError {
        let error = HTTPClientError.bodyBroken(reason)
        connections.forget(id)
        settle(.failure(error))
        connection.abort()
        return error
    }

    /// Nobody takes the rest of it.
    func stopWriting(_ error: HTTPClientError) {
        writing?.body.stopWriter(error)
        writing?.task.cancel()
        writing = nil
    }
}
