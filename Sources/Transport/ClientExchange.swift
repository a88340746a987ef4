internal import WebCodec

/// A request that is to be sent, and who waits for its answer.
struct ClientExchange: Sendable {
    let method: HTTPMethod
    /// Its head and body.
    let bytes: [UInt8]
    let isRepeatable: Bool
    let bodyByteCountMax: Int
    let seconds: Int
    let dueMilliseconds: UInt64
    private let waiter: CheckedContinuation<ClientResponse, any Error>

    init(
        _ request: ClientRequest, bytes: [UInt8], nowMilliseconds: UInt64,
        waiter: CheckedContinuation<ClientResponse, any Error>
    ) {
        method = request.method
        self.bytes = bytes
        isRepeatable = request.isRepeatable
        bodyByteCountMax = request.bodyByteCountMax
        seconds = request.seconds
        dueMilliseconds = nowMilliseconds + UInt64(request.seconds) * 1000
        self.waiter = waiter
    }

    /// Once.
    func settle(_ result: Result<ClientResponse, HTTPClientError>) {
        waiter.resume(with: result.mapError { $0 as any Error })
    }
}
