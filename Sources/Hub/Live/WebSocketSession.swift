import Broker
import DequeModule
import Model
import Transport
import Wire

/// What comes up one WebSocket: frames are read, taken in turn and answered. Lives on the connection's loop; what takes
/// time is done elsewhere.
actor WebSocketSession: WebSocketHandler {
    nonisolated let channel: OutboundChannel
    nonisolated let live: LiveHub
    nonisolated let connectionId: String
    nonisolated let clientName: String
    nonisolated let follower: Follower
    private nonisolated let isBatching: Bool
    private var rate: TokenBucket
    var pass: Pass
    var authenticationDue: Task<Void, Never>?
    var isOpen = true
    /// Its token is good no more: it goes when what it had asked for is answered.
    var isDisowned = false
    private(set) var hasHeard = false
    private var isPaused = false

    /// About channels, done one after the other: what a client says of one channel happens in that order.
    private var channelFrames: Deque<UpFrame> = []
    private var isChannelFrameInHand = false
    private var operationFrames: Deque<UpFrame> = []
    private(set) var operationsInFlight = 0
    /// Those that are given up when the client leaves.
    private var waits: [Int: Task<Void, Never>] = [:]
    private var lastWait = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.unownedExecutor }

    init(
        _ channel: OutboundChannel, _ live: LiveHub, _ pass: Pass, connectionId: String, clientName: String,
        isBatching: Bool
    ) {
        self.channel = channel
        self.live = live
        self.pass = pass
        self.connectionId = connectionId
        self.clientName = clientName
        self.isBatching = isBatching
        follower = Follower(channel, live, .webSocket, isBatching: isBatching)
        rate = TokenBucket(
            perSecond: Double(live.limits.messagesPerSecond), burst: live.limits.messageBurstMax, at: live.clock.now())
    }

    nonisolated func opened() { assumeIsolated { $0.greet() } }
    nonisolated func received(_ message: WebSocketMessage) { assumeIsolated { $0.hear(message) } }

    nonisolated func drained() {
        follower.assumeIsolated { $0.drained() }
        assumeIsolated { $0.goOn() }
    }

    nonisolated func stopping() { channel.send([Door.webSocket.closing(retryAfterMs: live.retryAfterMs())]) }

    nonisolated func closed(code: UInt16, reason: String) {
        follower.assumeIsolated { $0.close() }
        assumeIsolated { session in
            session.isOpen = false
            session.authenticationDue?.cancel()
            session.live.sessions.remove(session)
            for wait in session.waits.values { wait.cancel() }
        }
    }

    /// What may be done now.
    var caller: Caller { live.access.caller(pass) }

    private func greet() {
        // First, so that a right that goes now is noticed.
        if case .none = pass {} else { live.sessions.put(self, pass) }
        let caller = caller
        do throws(HubError) {
            if case .none(let reason) = caller.pass, reason != .missing { throw .unauthenticated(reason) }
            channel.send([.text(try DownFrame.hello(Hello(live, caller, connectionId: connectionId)))])
        } catch {
            guard error.code != .unauthenticated else { return turnAway(error, nil) }
            return channel.close(code: CloseCode.failed, reason: error.code.rawValue)
        }
        if !caller.isKnown { awaitAuthentication() }
    }
}

// Up.
extension WebSocketSession {
    private func hear(_ message: WebSocketMessage) {
        guard isOpen else { return }
        do throws(HubError) {
            guard case .text(let bytes) = message else {
                throw HubError(.badRequest, "frames are text, not binary")
            }
            let frames = try UpFrame.parse(bytes, batching: isBatching)
            guard admit(frames.count) else { return }
            for frame in frames {
                switch frame {
                case .success(let frame): take(frame)
                case .failure(let refused): tell(refused.error, to: refused.id)
                }
                hasHeard = true
                guard isOpen else { return }
            }
        } catch {
            guard admit(1) else { return }
            hasHeard = true
            tell(error, to: nil)
        }
        goOn()
    }

    private func admit(_ count: Int) -> Bool {
        guard !rate.take(max(1, count), at: live.clock.now()) else { return true }
        isOpen = false
        let limits = live.limits
        channel.close(
            code: CloseCode.tooManyMessages,
            reason: "too many messages (messagesPerSecond \(limits.messagesPerSecond), "
                + "messageBurstMax \(limits.messageBurstMax))")
        return false
    }

    private func take(_ frame: UpFrame) {
        switch frame.type {
        case _ where !caller.isKnown && frame.type != "auth": turnAway(.unauthenticated(.missing), frame.id)
        case "ping": tell(DownFrame.pong(id: frame.id))
        case "auth": authenticate(frame)
        case "subscribe", "unsubscribe", "presence": channelFrames.append(frame)
        default: operationFrames.append(frame)
        }
    }

    /// Begins what may begin: while the client takes its answers, and no more than so many at once. What waits beyond
    /// `waitingFramesMax` waits in the client.
    private func goOn() {
        guard isOpen, isPaused || !operationFrames.isEmpty || !channelFrames.isEmpty else { return }
        while hasRoom, operationsInFlight < live.limits.operationsInFlightMax, let frame = operationFrames.popFirst() {
            operationsInFlight += 1
            begin(frame)
        }
        if hasRoom, !isChannelFrameInHand, let frame = channelFrames.popFirst() {
            isChannelFrameInHand = true
            Task { await take(channelFrame: frame) }
        }
        let mustPause = channelFrames.count + operationFrames.count > live.limits.waitingFramesMax
        if mustPause != isPaused {
            isPaused = mustPause
            channel.setReceiving(!mustPause)
        }
    }

    private func begin(_ frame: UpFrame) {
        lastWait += 1
        let wait = live.operations.isOnlyWaiting(frame.type) ? lastWait : nil
        let task = Task.detached(executorPreference: channel.taskExecutor) { [self, caller] in
            await operate(frame, caller, wait)
        }
        if let wait { waits[wait] = task }
    }

    private var hasRoom: Bool { channel.pendingByteCount < live.limits.pendingBytesMax }

    private nonisolated func operate(_ frame: UpFrame, _ caller: Caller, _ wait: Int?) async {
        do throws(HubError) {
            let key = try frame.idempotencyKey.map { text throws(HubError) in try IdempotencyKey(text) }
            let answer = try await live.operations.call(frame.type, frame.payload, by: caller, key: key)
            await settle(frame, .success(answer), wait)
        } catch {
            await settle(frame, .failure(error), wait)
        }
    }

    private func settle(_ frame: UpFrame, _ result: Result<OperationAnswer, HubError>, _ wait: Int?) {
        if let wait { waits[wait] = nil }
        switch result {
        case .success(let answer): reply(to: frame, data: answer.data, meta: answer.frameMeta)
        case .failure(let error): tell(error, to: frame.id)
        }
        operationsInFlight -= 1
        isDisowned ? leaveWhenAnswered() : goOn()
    }

    private func take(channelFrame frame: UpFrame) async {
        do throws(HubError) {
            switch frame.type {
            case "subscribe": try await subscribe(frame)
            case "unsubscribe": try await unsubscribe(frame)
            default: try await showPresence(frame)
            }
        } catch {
            tell(error, to: frame.id)
        }
        isChannelFrameInHand = false
        goOn()
    }
}

// Down.
extension WebSocketSession {
    func reply(to frame: UpFrame, data: [UInt8]?, meta: [UInt8]? = nil) {
        guard let id = frame.id else { return }
        tell(DownFrame.reply(id: id, data: data, meta: meta))
    }

    func tell(_ error: HubError, to id: FrameID?) { tell(DownFrame.error(id: id, error)) }

    /// An answer overtakes events; a large one does not, since the room for what overtakes is small.
    private func tell(_ json: [UInt8]) {
        if json.count <= live.limits.overtakingBytesMax {
            channel.sendControl(.text(json))
        } else {
            channel.send([.text(json)])
        }
    }
}
