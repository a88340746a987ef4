package import WebCodec

/// Who is told of a server's traffic, to count it and write it down. Called on the loops, often: an implementation adds
/// to a number or hands a record over, and waits for nothing.
package protocol TransportObserver: Sendable {
    func connectionOpened()
    func connectionClosed()
    /// Refused by the transport, before a handler saw anything.
    func refused(_ code: HTTPError.Code)
    func handshakeEnded(succeeded: Bool)
    /// From the socket, TLS records included.
    func received(byteCount: Int)
    /// Taken by the kernel, TLS records included; once a flush.
    func sent(byteCount: Int)
    func messageReceived()
    /// Handed to one WebSocket or event stream together.
    func framesSent(count: Int)
    /// A WebSocket or an event stream has begun.
    func streamOpened()
    /// A request was answered or refused, or the stream that it became has ended.
    func ended(_ record: ExchangeRecord)
    /// How much later than asked for a loop's tick came.
    func ticked(lateMilliseconds: UInt64)
}
