internal import CLibWebSockets
internal import Glibc
internal import Logging
internal import Synchronization
internal import WebCodec

/// One loop and the connections on it. A connection lives and dies on its shard, and is known outside it by its id
/// alone; nothing assumes that there is only one shard.
package actor Shard: LoopReceiver {
    nonisolated let loop: Loop
    private let context: ConnectionContext
    private var connections: [UInt64: Connection] = [:]
    /// Outgoing ones that are not up.
    private var connecting: [UInt64: (session: any OutgoingSession, server: ServerEndpoint)] = [:]
    private var lastID: UInt64 = 0
    private var drain: Drain?
    private var lastTickMilliseconds: UInt64 = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// - Parameter service: what accepted connections are served by; nil where only outgoing ones are made.
    init(limits: TransportLimits, log: Logger, service: Service?) throws(TransportError) {
        loop = try Loop()
        context = ConnectionContext(loop: loop, limits: limits, log: log, service: service)
    }

    /// From here on the loop turns.
    nonisolated func start() throws(TransportError) {
        try loop.start(self)
    }

    /// Runs `work` here. Whatever is submitted before the loop gets to it shares one wake-up: submit a batch.
    package nonisolated func submit(_ work: @escaping @Sendable (isolated Shard) -> Void) {
        loop.submit { self.assumeIsolated(work) }
    }

    /// Returns when the loop has got to it: a loop that hangs never does.
    package func answer() {}

    func connection(_ id: UInt64) -> Connection? { connections[id] }

    func respond(_ response: Response, on id: UInt64, exchange: Int) {
        guard let connection = connections[id], let session = connection.session as? HTTPSession else { return }
        session.respond(response, exchange: exchange, on: connection)
    }

    func bodyWanted(on id: UInt64, exchange: Int) {
        guard let connection = connections[id], let session = connection.session as? HTTPSession else { return }
        session.bodyWanted(exchange: exchange, on: connection)
    }

    // MARK: Streamed responses

    /// Runs the producer outside, in the caller's task.
    @concurrent
    nonisolated func stream(
        _ response: Response, by produce: @concurrent @Sendable (BodyWriter) async throws -> Void, on id: UInt64,
        exchange: Int
    ) async {
        guard await beginStream(response, on: id, exchange: exchange) else { return }
        var failure: (any Error)?
        let writer = BodyWriter(shard: self, connection: id, exchange: exchange, gone: RequestBodyError.clientLeft)
        do { try await produce(writer) } catch { failure = error }
        await endStream(on: id, exchange: exchange, error: failure)
    }

    private func beginStream(_ response: Response, on id: UInt64, exchange: Int) -> Bool {
        guard case .stream(let byteCount, _) = response.body, let connection = connections[id],
            let session = connection.session as? HTTPSession
        else { return false }
        return session.beginStream(response, byteCount: byteCount, exchange: exchange, on: connection)
    }

    private func endStream(on id: UInt64, exchange: Int, error: (any Error)?) {
        guard let connection = connections[id], let session = connection.session as? HTTPSession else { return }
        session.endStream(exchange: exchange, error: error, on: connection)
    }

    // MARK: Streamed bodies

    /// A request's. Runs the producer outside, in the caller's task.
    @concurrent
    nonisolated func sendBody(
        by produce: @concurrent @Sendable (BodyWriter) async throws -> Void, to writer: BodyWriter
    ) async {
        var failure: (any Error)?
        do { try await produce(writer) } catch { failure = error }
        await endBody(of: writer, error: failure)
    }

    private func endBody(of writer: BodyWriter, error: (any Error)?) {
        guard let connection = connections[writer.connection] else { return }
        (connection.session as? ClientExchangeSession)?
            .endBody(exchange: writer.exchange, error: error, on: connection)
    }

    func writeBody(_ bytes: [UInt8], of writer: BodyWriter) async throws {
        var rest = bytes[...]
        repeat {
            // Looked up again after each wait.
            guard let connection = connections[writer.connection], let session = connection.session as? any BodySession
            else { throw writer.gone }
            let piece = rest.prefix(max(1, connection.limits.lowWaterByteCount))
            rest = rest.dropFirst(piece.count)
            try session.writeBody(piece, exchange: writer.exchange, on: connection)
            try await withCheckedThrowingContinuation {
                session.awaitRoom($0, exchange: writer.exchange, on: connection)
            }
        } while !rest.isEmpty
    }

    // MARK: Outgoing connections

    func connect(to server: ServerEndpoint, _ session: any OutgoingSession) {
        lastID += 1
        let id = lastID
        connecting[id] = (session, server)
        _ = context.deadlines.insert(id, dueMilliseconds: session.dueMilliseconds)
        let isBegun =
            switch server.place {
            case .tcp(let host, let port): unsafe clws_connect(loop.handle, host, port, id)
            case .unix(let path): unsafe clws_connect_unix(loop.handle, path, id)
            }
        if !isBegun { connectFailed(id, "nobody answers at \(server.place)") }
    }

    private func connectFailed(_ id: UInt64, _ reason: String) {
        connecting.removeValue(forKey: id)?.session.unreachable(reason)
    }

    // MARK: Stopping

    func stopListening() {
        unsafe clws_stop_listening(loop.handle)
        context.isStopping = true
    }

    /// After `stopListening`. Returns when the last connection is gone, at the latest when those that are left at the deadline are cut.
    ///
    /// - Parameter pacePerSecond: how many streams are closed in a second.
    func stop(deadlineSeconds: Int, pacePerSecond: Int) async {
        let streams = connections.filter { $1.session.isStream }.keys.sorted()
        let plan = DrainPlan(
            streamCount: streams.count, pacePerSecond: pacePerSecond, nowMilliseconds: loop.nowMilliseconds,
            deadlineMilliseconds: UInt64(deadlineSeconds) * 1000,
            closeMilliseconds: UInt64(context.limits.closeSeconds) * 1000)
        for connection in connections.values where !connection.session.isStream { connection.stop() }
        guard !connections.isEmpty else { return }
        if drain == nil { drain = Drain(plan, streams: streams) }
        goOnDraining()
        await withCheckedContinuation { waiter in
            // To wait may take a turn of the loop (see `Loop.drain`), and the last connection be gone by now.
            if drain == nil { waiter.resume() } else { drain?.waiters.append(waiter) }
        }
    }

    private func goOnDraining() {
        guard var drain else { return }
        let now = loop.nowMilliseconds
        let next = drain.take(atMilliseconds: now)
        let mustCut = !drain.hasCut && drain.plan.isOver(atMilliseconds: now)
        drain.hasCut = drain.hasCut || mustCut
        self.drain = drain
        for id in next { connections[id]?.stop() }
        if mustCut { cutWhatIsLeft() }
    }

    private func cutWhatIsLeft() {
        let streamCount = connections.values.count { $0.session.isStream }
        context.log.warning(
            "connections are cut: they did not end within the stop's deadline",
            metadata: [
                "limit": "drainSeconds", "streams": "\(streamCount)", "others": "\(connections.count - streamCount)",
            ])
        for connection in connections.values { connection.abort() }
    }

    // MARK: Events of the loop

    nonisolated func received(_ event: LoopEvent) -> Int32 {
        assumeIsolated { shard in unsafe shard.handle(event) }
    }

    nonisolated func turnEnded() { assumeIsolated { $0.flush() } }
    nonisolated func ticked() { assumeIsolated { $0.passTime() } }

    private func handle(_ event: LoopEvent) -> Int32 {
        switch unsafe event.kind {
        case CLWS_OPENED: return unsafe opened(event)
        case CLWS_CONNECTED: return unsafe connected(event)
        case CLWS_CONNECT_FAILED: unsafe connectFailed(event.id, String(decoding: event.bytes, as: UTF8.self))
        case CLWS_RECEIVED: unsafe connections[event.id]?.received(event.bytes)
        case CLWS_WRITABLE: unsafe connections[event.id]?.writable()
        case CLWS_CLOSED: unsafe closed(event.id)
        case CLWS_ACCEPT_PAUSED: unsafe acceptPaused(errorNumber: Int32(truncatingIfNeeded: event.id))
        default: break
        }
        return 0
    }

    private func opened(_ event: LoopEvent) -> Int32 {
        guard let service = context.service, !context.isStopping,
            unsafe service.listeners.indices.contains(Int(event.id))
        else { return -1 }
        let listener = unsafe service.listeners[Int(event.id)]
        guard let socket = unsafe event.socket, let remote = unsafe RemoteAddress(of: socket) else { return -1 }
        context.observer.connectionOpened()
        do throws(Admission.Refusal) {
            // Proxies are many clients, each of which is counted when it asks for something.
            let isProxy = remote.peer.map(service.trustedProxies.contains) ?? false
            let (client, isLocal) = (isProxy ? nil : remote.address?.client, remote == .unix)
            let place = try service.admission.withLock { (admission) throws(Admission.Refusal) in
                try admission.enter(client: client, isLocal: isLocal, nowMilliseconds: loop.nowMilliseconds)
            }
            let tls = listener.tls.map { TLSStream(accepting: $0.context) }
            if case .some(nil) = tls {
                service.admission.withLock { $0.leave(place) }
                context.observer.connectionClosed()
                return -1
            }
            let session = HTTPSession(service: service, limits: context.limits, now: loop.nowMilliseconds)
            unsafe adopt(socket, remote, session, tls ?? nil, id: nil).place = place
        } catch {
            return unsafe refuse(socket, remote, listener, service, because: error)
        }
        return 0
    }

    private func refuse(
        _ socket: OpaquePointer, _ remote: RemoteAddress, _ listener: OpenListener, _ service: Service,
        because refusal: Admission.Refusal
    ) -> Int32 {
        context.log(refusal, of: remote)
        guard refusal.isTold else {
            context.observer.connectionClosed()
            return -1
        }
        let session = HTTPSession(service: service, limits: context.limits, now: loop.nowMilliseconds)
        let connection = unsafe adopt(socket, remote, session, nil, id: nil)
        connection.place = .refused
        if listener.tls == nil { session.refuse(refusal.error, on: connection) } else { connection.refuseHandshake() }
        return 0
    }

    private func acceptPaused(errorNumber: Int32) {
        let (now, reason) = unsafe (loop.nowMilliseconds, String(cString: strerror(errorNumber)))
        guard let service = context.service,
            let count = service.shortage.withLock({ $0.countToLog(nowMilliseconds: now) })
        else { return }
        context.log.warning(
            "new connections wait until there is room for them",
            metadata: [
                // The system's: `ulimit -n`, systemd's LimitNOFILE.
                "limit": "RLIMIT_NOFILE", "count": "\(count)", "reason": "\(reason)",
            ])
    }

    private func connected(_ event: LoopEvent) -> Int32 {
        guard let (session, server) = unsafe connecting.removeValue(forKey: event.id), let socket = unsafe event.socket
        else { return -1 }
        let tls = server.tls.map { TLSStream(connecting: $0, to: server.name) }
        if case .some(nil) = tls {
            session.unreachable("no certificate can be for \(server.name)")
            return -1
        }
        guard let remote = unsafe RemoteAddress(of: socket) else {
            session.unreachable("the connection was lost")
            return -1
        }
        session.connected(unsafe adopt(socket, remote, session, tls ?? nil, id: event.id))
        return 0
    }

    private func adopt(
        _ socket: OpaquePointer, _ remote: RemoteAddress, _ session: any ConnectionSession, _ tls: TLSStream?,
        id: UInt64?
    ) -> Connection {
        if id == nil { lastID += 1 }
        let id = id ?? lastID
        unsafe clws_set_id(socket, id)
        let connection = unsafe Connection(
            id: id, shard: self, socket: socket, remote: remote, context: context, tls: tls, session: session)
        connections[id] = connection
        connection.watchTime()
        return connection
    }

    private func closed(_ id: UInt64) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        connection.leaveBehindProxy()
        if let place = connection.place { context.service?.admission.withLock { $0.leave(place) } }
        if connection.isServed { context.observer.connectionClosed() }
        connection.gone()
        guard connections.isEmpty, let drain else { return }
        self.drain = nil
        for waiter in drain.waiters { waiter.resume() }
    }

    private func flush() {
        if context.endTurn() { loop.wake() }
    }

    private func tellLateness(at now: UInt64) {
        let expected = lastTickMilliseconds + TimingWheel.tickMilliseconds
        if lastTickMilliseconds > 0 { context.observer.ticked(lateMilliseconds: now - min(now, expected)) }
        lastTickMilliseconds = now
    }

    private func passTime() {
        let now = loop.nowMilliseconds
        tellLateness(at: now)
        for id in context.deadlines.advance(toMilliseconds: now) {
            if let connection = connections[id] {
                connection.timePassed()
            } else if let session = connecting[id]?.session, now >= session.dueMilliseconds {
                connecting[id] = nil
                session.timedOut()
            }
        }
        goOnDraining()
        flush()
    }
}
