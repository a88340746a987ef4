internal import WebCodec

/// Where nobody wants to know.
struct SilentObserver: TransportObserver {
    func connectionOpened() {}
    func connectionClosed() {}
    func refused(_ code: HTTPError.Code) {}
    func handshakeEnded(succeeded: Bool) {}
    func received(byteCount: Int) {}
    func sent(byteCount: Int) {}
    func messageReceived() {}
    func framesSent(count: Int) {}
    func streamOpened() {}
    func ended(_ record: ExchangeRecord) {}
    func ticked(lateMilliseconds: UInt64) {}
}
