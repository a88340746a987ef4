internal import WebCodec

/// One request over a connection of its own, and its answer.
final class ClientExchangeSession: OutgoingSession {
    let dueMilliseconds: UInt64
    private let request: [UInt8]
    private let seconds: Int
    private let isSecure: Bool
    private var parser: HTTPResponseParser
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var waiter: CheckedContinuation<ClientResponse, any Error>?

    init(
        _ request: ClientRequest, encoded: [UInt8], isSecure: Bool, dueMilliseconds: UInt64,
        waiter: CheckedContinuation<ClientResponse, any Error>
    ) {
        self.dueMilliseconds = dueMilliseconds
        self.request = encoded
        self.isSecure = isSecure
        self.waiter = waiter
        seconds = request.seconds
        var limits = HTTPLimits()
        limits.bodyByteCountMax = request.bodyByteCountMax
        parser = HTTPResponseParser(to: request.method, limits: limits)
    }

    func connected(_ connection: Connection) {
        connection.send(Frame(request))
    }

    func received(_ bytes: [UInt8], on connection: Connection) {
        parser.append(bytes)
        do throws(HTTPResponseParser.Failure) {
            while let event = try parser.next() { take(event) }
        } catch {
            settle(.failure(.invalidAnswer(error.reason)))
        }
        if waiter == nil { connection.abort() }
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

    /// The server said that nothing follows: an answer without a length is whole.
    func peerFinished(on connection: Connection) { finish() }

    func gone() {
        // Over TLS, an end that was not announced may be anybody's.
        if isSecure { settle(.failure(.invalidAnswer("the connection was cut"))) } else { finish() }
    }

    private func finish() {
        guard waiter != nil else { return }
        do throws(HTTPResponseParser.Failure) {
            if let event = try parser.finish() { take(event) }
        } catch {
            settle(.failure(.invalidAnswer(error.reason)))
        }
    }

    func failed(_ reason: String, on connection: Connection) { settle(.failure(.insecure(reason))) }
    func unreachable(_ reason: String) { settle(.failure(.unreachable(reason))) }
    func timedOut() { settle(.failure(.timedOut(seconds: seconds))) }

    func drained(on connection: Connection) {}
    func dueMilliseconds(on connection: Connection) -> UInt64 { dueMilliseconds }

    func timePassed(on connection: Connection) {
        guard connection.nowMilliseconds >= dueMilliseconds else { return }
        timedOut()
        connection.abort()
    }

    /// The task that waited was cancelled.
    func stop(on connection: Connection) {
        settle(.failure(.unreachable("cancelled")))
        connection.abort()
    }

    private func settle(_ result: Result<ClientResponse, HTTPClientError>) {
        waiter?.resume(with: result.mapError { $0 as any Error })
        waiter = nil
    }
}
