/// What a connection is doing at the moment: HTTP, an event stream, a WebSocket, a handshake. Called on the loop.
protocol ConnectionSession: AnyObject {
    /// A WebSocket or an event stream: it has no end of its own, so that a stop has to pace it.
    var isStream: Bool { get }
    /// Of a stream that has ended.
    var closeCode: UInt16? { get }
    func received(_ bytes: [UInt8], on connection: Connection)
    /// See `OutboundHandler.drained`.
    func drained(on connection: Connection)
    /// At the end of a turn in which `Connection.scheduleResume` was called.
    func resume(on connection: Connection)
    /// When `timePassed` wants to be called next, `.max` for never. It may be called too early, also much.
    func dueMilliseconds(on connection: Connection) -> UInt64
    func timePassed(on connection: Connection)
    /// The server is stopping: come to an end, soon.
    func stop(on connection: Connection)
    /// More bytes wait than the limit of this name allows.
    func overflowed(_ limit: String, on connection: Connection)
    /// TLS did not come about, or broke; the connection ends.
    func failed(_ reason: String, on connection: Connection)
    /// TLS: the peer has said that it sends no more. The connection ends.
    func peerFinished(on connection: Connection)
    /// From the channel.
    func close(code: UInt16, reason: String, on connection: Connection)
    /// From the channel.
    func setReceiving(_ isReceiving: Bool, on connection: Connection)
    /// The last call.
    func gone(at now: UInt64)
}

extension ConnectionSession {
    var isStream: Bool { false }
    var closeCode: UInt16? { nil }
    func resume(on connection: Connection) {}
    func overflowed(_ limit: String, on connection: Connection) { connection.abort() }
    func failed(_ reason: String, on connection: Connection) {}
    func peerFinished(on connection: Connection) {}
    func close(code: UInt16, reason: String, on connection: Connection) { connection.finish() }
    func setReceiving(_ isReceiving: Bool, on connection: Connection) {}
}
