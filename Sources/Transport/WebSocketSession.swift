internal import WebCodec

/// RFC 6455 over one connection, either end of it.
final class WebSocketSession: ConnectionSession {
    var isStream: Bool { true }
    /// Frames pile up that nobody takes.
    static let cannotKeepUpCode: UInt16 = 4008

    private let role: WebSocketRole
    private let handler: any WebSocketHandler
    private var parser: WebSocketParser
    private var isReceiving = true
    /// Set when our close frame is handed over; nothing is received after it but the peer's.
    private var ownClose: (code: UInt16, reason: String, dueMilliseconds: UInt64)?
    private(set) var closeCode: UInt16?
    private var hasToldClosed: Bool { closeCode != nil }
    private var heardMilliseconds: UInt64
    private var pingMilliseconds: UInt64

    private static let serverPing = Frame.make(.ping, [UInt8](), role: .server)

    init(
        role: WebSocketRole, handler: any WebSocketHandler, limits: WebSocketLimits, inflates: Bool,
        connection: Connection
    ) {
        self.role = role
        self.handler = handler
        parser = WebSocketParser(role: role, limits: limits, inflates: inflates)
        heardMilliseconds = connection.nowMilliseconds
        pingMilliseconds = connection.nowMilliseconds
    }

    // MARK: In

    func received(_ bytes: [UInt8], on connection: Connection) {
        heardMilliseconds = connection.nowMilliseconds
        parser.append(bytes)
        pump(on: connection)
    }

    func resume(on connection: Connection) { pump(on: connection) }

    private func pump(on connection: Connection) {
        do throws(WebSocketError) {
            while isReceiving || ownClose != nil, !hasToldClosed, let event = try parser.next() {
                take(event, on: connection)
            }
        } catch {
            end(code: error.code, reason: error.reason, answer: (error.code, error.reason), on: connection)
        }
    }

    private func take(_ event: WebSocketParser.Event, on connection: Connection) {
        switch event {
        case .close(let code, let reason):
            end(code: code, reason: reason, answer: (code, ""), on: connection)
        case .text(let bytes):
            if ownClose == nil { hear(.text(bytes), on: connection) }
        case .binary(let bytes):
            if ownClose == nil { hear(.binary(bytes), on: connection) }
        case .ping(let payload):
            if ownClose == nil { connection.sendControl(.make(.pong, payload, role: role)) }
        case .pong:
            break
        }
    }

    private func hear(_ message: WebSocketMessage, on connection: Connection) {
        connection.context.observer.messageReceived()
        handler.received(message)
    }

    func setReceiving(_ isReceiving: Bool, on connection: Connection) {
        guard isReceiving != self.isReceiving else { return }
        self.isReceiving = isReceiving
        connection.setReading(isReceiving || ownClose != nil)
        if isReceiving {
            heardMilliseconds = connection.nowMilliseconds
            connection.scheduleResume()
        }
    }

    // MARK: Out

    func drained(on connection: Connection) {
        if ownClose == nil { handler.drained() }
    }

    func dueMilliseconds(on connection: Connection) -> UInt64 {
        if let ownClose { return ownClose.dueMilliseconds }
        let ping = pingMilliseconds + UInt64(connection.limits.pingIntervalSeconds) * 1000
        return isReceiving ? min(ping, deadPeerMilliseconds(on: connection)) : ping
    }

    private func deadPeerMilliseconds(on connection: Connection) -> UInt64 {
        heardMilliseconds + UInt64(connection.limits.deadPeerSeconds) * 1000
    }

    func timePassed(on connection: Connection) {
        let now = connection.nowMilliseconds
        guard now >= dueMilliseconds(on: connection) else { return }
        if ownClose != nil {
            connection.cut(at: "closeSeconds", connection.limits.closeSeconds)
        } else if isReceiving, now >= deadPeerMilliseconds(on: connection) {
            connection.cut(at: "deadPeerSeconds", connection.limits.deadPeerSeconds)
        } else {
            pingMilliseconds = now
            connection.sendControl(role == .server ? Self.serverPing : .make(.ping, [UInt8](), role: role))
        }
    }

    // MARK: The end

    func stop(on connection: Connection) {
        guard ownClose == nil else { return }
        handler.stopping()
        close(code: WebSocketCloseCode.goingAway, reason: "the server is stopping", on: connection)
    }

    func overflowed(_ limit: String, on connection: Connection) {
        connection.dropQueue()
        close(code: Self.cannotKeepUpCode, reason: "cannot keep up (\(limit))", on: connection)
    }

    func close(code: UInt16, reason: String, on connection: Connection) {
        precondition(
            code == WebSocketCloseCode.none || WebSocketCloseCode.isValid(code), "\(code) must not be sent")
        guard ownClose == nil, !hasToldClosed else { return }
        let due = connection.nowMilliseconds + UInt64(connection.limits.closeSeconds) * 1000
        connection.send(closeFrame(code: code, reason: reason))
        connection.refuseFrames()
        ownClose = (code, reason, due)
        if !isReceiving {
            connection.setReading(true)
            connection.scheduleResume()
        }
    }

    /// Both have said that they close, or the peer has broken the rules. What was handed over before still goes out.
    private func end(code: UInt16, reason: String, answer: (code: UInt16, reason: String), on connection: Connection) {
        if ownClose == nil {
            connection.send(closeFrame(code: answer.code, reason: answer.reason))
        }
        connection.finish()
        tellClosed(code: code, reason: reason)
    }

    func gone(at now: UInt64) {
        tellClosed(code: WebSocketCloseCode.abnormal, reason: "")
    }

    /// Whoever closed first gives the code.
    private func tellClosed(code: UInt16, reason: String) {
        guard !hasToldClosed else { return }
        let code = ownClose?.code ?? code
        closeCode = code
        handler.closed(code: code, reason: ownClose?.reason ?? reason)
    }

    private func closeFrame(code: UInt16, reason: String) -> Frame {
        .make(.close, WebSocketFrame.closePayload(code: code, reason: reason), role: role)
    }
}
