/// Where the producer of a streamed response puts its bytes.
package struct BodyWriter: Sendable {
    let shard: Shard
    let connection: UInt64
    let exchange: Int

    /// Returns when there is room for more: of one response, at most twice `TransportLimits.lowWaterByteCount` waits.
    ///
    /// - Throws: `RequestBodyError.clientLeft`; the task is cancelled then, too.
    package func write(_ bytes: [UInt8]) async throws {
        try await shard.writeBody(bytes, on: connection, exchange: exchange)
    }
}
