import WebCodec

/// Where the producer of a streamed body puts its bytes.
package struct BodyWriter: Sendable {
    let shard: Shard
    let connection: UInt64
    let exchange: Int
    /// What the producer is told when nobody takes the body any more.
    let gone: any Error

    /// Returns when there is room for more: of one body, at most twice `TransportLimits.lowWaterByteCount` waits.
    ///
    /// - Throws: of a response `RequestBodyError.clientLeft`, of a request `HTTPClientError`; the task is cancelled then, too.
    package func write(_ bytes: [UInt8]) async throws {
        try await shard.writeBody(bytes, of: self)
    }
}

/// A session that a `BodyWriter` writes to.
protocol BodySession: ConnectionSession {
    /// - Throws: when that exchange is over.
    func writeBody(_ bytes: some Collection<UInt8>, exchange: Int, on connection: Connection) throws
    /// - Parameter waiter: resumed at once where there is room.
    func awaitRoom(_ waiter: CheckedContinuation<Void, any Error>, exchange: Int, on connection: Connection)
}
