internal import WebCodec

/// A chunked response that goes on. What the client sends after its request is thrown away.
final class EventStreamSession: ConnectionSession {
    var isStream: Bool { true }
    private let handler: any OutboundHandler
    private(set) var closeCode: UInt16?
    private var closing: (code: UInt16, reason: String)?

    /// A comment, which event stream parsers skip; it keeps intermediaries from giving the connection up.
    private static let ping = Frame.events(":ping\n\n".utf8)
    private static let end = Frame(ChunkedEncoding.end)

    init(_ handler: any OutboundHandler) {
        self.handler = handler
    }

    func received(_ bytes: [UInt8], on connection: Connection) {}

    func drained(on connection: Connection) { handler.drained() }

    /// While something waits, the time without progress is the connection's business.
    func dueMilliseconds(on connection: Connection) -> UInt64 {
        guard connection.pendingByteCount == 0 else { return .max }
        return connection.progressMilliseconds + UInt64(connection.limits.eventStreamPingSeconds) * 1000
    }

    func timePassed(on connection: Connection) {
        guard connection.nowMilliseconds >= dueMilliseconds(on: connection) else { return }
        connection.send(Self.ping)
    }

    func stop(on connection: Connection) {
        handler.stopping()
        close(code: WebSocketCloseCode.goingAway, reason: "the server is stopping", on: connection)
    }

    func overflowed(_ limit: String, on connection: Connection) {
        connection.dropQueue()
        close(code: WebSocketSession.cannotKeepUpCode, reason: "cannot keep up (\(limit))", on: connection)
    }

    func close(code: UInt16, reason: String, on connection: Connection) {
        guard closing == nil else { return }
        closing = (code, reason)
        connection.send(Self.end)
        connection.finish()
    }

    func gone(at now: UInt64) {
        let code = closing?.code ?? WebSocketCloseCode.abnormal
        closeCode = code
        handler.closed(code: code, reason: closing?.reason ?? "")
    }
}
