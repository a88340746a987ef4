internal import CLibWebSockets
internal import Logging
internal import WebCodec

/// One socket: what waits to be written to it, and the session that says what the bytes mean. Lives on its shard, from
/// the library's first event to its last.
@safe final class Connection {
    let id: UInt64
    let shard: Shard
    let context: ConnectionContext
    let remote: RemoteAddress
    var session: any ConnectionSession
    /// What it occupies among those that are accepted; nil for outgoing ones.
    var place: Admission.Place?
    /// The other end, where it is a proxy whose word is taken. Looked up once: requests are many.
    private(set) lazy var proxy: TrustedProxies.Peer? = remote.peer.flatMap { peer in
        context.service?.trustedProxies.contains(peer) == true ? peer : nil
    }
    /// Whom a trusted proxy's connection is counted for at the moment.
    var clientBehindProxy: IPAddress?
    /// Set where permessage-deflate was agreed to: which twin of a frame goes out.
    var deflate: MessageDeflater.Window?
    private let socket: OpaquePointer
    var queue = OutboundQueue()
    /// nil where bytes are sent as they are.
    private var tls: TLSStream?
    /// Whom the client has proved to be over TLS.
    var clientCertificate: ClientCertificate?
    /// Set once it is a WebSocket or an event stream: what is told of it at its end.
    var stream: ExchangeRecord?
    private let openedMilliseconds: UInt64
    private var isDirty = false
    private var waitsForWritable = false
    private var wantsResume = false
    private(set) var isReading = true
    private var isAborted = false
    /// No frames are taken, and input is thrown away: what waits goes out, then our end closes, then theirs should.
    private(set) var isFinishing = false
    /// False once a close frame is queued: nothing may come after it.
    private var takesFrames = true
    private var lingerDueMilliseconds: UInt64?
    /// The one deadline on the wheel, no later than any that holds.
    private var deadline: (token: TimingWheel.Token, dueMilliseconds: UInt64)?
    /// When the kernel last took something, or something began to wait.
    private(set) var progressMilliseconds: UInt64

    init(
        id: UInt64, shard: Shard, socket: OpaquePointer, remote: RemoteAddress, context: ConnectionContext,
        tls: TLSStream?, session: any ConnectionSession
    ) {
        self.id = id
        self.shard = shard
        unsafe self.socket = socket
        self.remote = remote
        self.context = context
        self.tls = tls
        self.session = session
        progressMilliseconds = context.loop.nowMilliseconds
        openedMilliseconds = progressMilliseconds
        if tls != nil { markDirty() }  // a client's end speaks first
    }

    var limits: TransportLimits { context.limits }
    var nowMilliseconds: UInt64 { context.loop.nowMilliseconds }
    var pendingByteCount: Int { queue.byteCount + (tls?.outputByteCount ?? 0) }
    var isSecure: Bool { tls != nil }
    /// Whether the other end has connected to us.
    var isServed: Bool { context.service != nil }
    /// TLS is not agreed yet: nothing can be sent, nothing has been received.
    private var isShakingHands: Bool { tls.map { !$0.isOpen && $0.end == nil } ?? false }

    // MARK: Writing

    func send(_ frame: Frame) {
        if queue.isEmpty { progressMilliseconds = nowMilliseconds }
        queue.append(frame)
        markDirty()
    }

    /// Beyond the limit nothing is queued.
    func sendControl(_ frame: Frame) {
        guard queue.controlByteCount + frame.byteCount <= limits.controlByteCountMax else {
            overflow("controlByteCountMax", limits.controlByteCountMax)
            return
        }
        if queue.isEmpty { progressMilliseconds = nowMilliseconds }
        queue.appendControl(frame)
        markDirty()
    }

    func sendFromChannel(_ frames: [Frame]) {
        var sentCount = 0
        defer { if sentCount > 0 { context.observer.framesSent(count: sentCount) } }
        for frame in frames where takesFrames {
            let frame = spelled(frame)
            guard queue.isEmpty || pendingByteCount + frame.byteCount <= limits.outputByteCountMax else {
                overflow("outputByteCountMax", limits.outputByteCountMax)
                return
            }
            stream?.byteCount += frame.byteCount
            sentCount += 1
            send(frame)
        }
    }

    func sendControlFromChannel(_ frame: Frame) {
        guard takesFrames else { return }
        stream?.byteCount += frame.byteCount
        context.observer.framesSent(count: 1)
        sendControl(spelled(frame))
    }

    private func overflow(_ limit: String, _ byteCountMax: Int) {
        context.log.info(
            "a connection is closed: its peer does not take what waits for it",
            metadata: ["peer": "\(remote.host)", "limit": "\(limit)", "bytes": "\(byteCountMax)"])
        session.overflowed(limit, on: self)
    }

    private func spelled(_ frame: Frame) -> Frame {
        guard let deflate else { return frame }
        return frame.deflated(for: deflate) ?? frame
    }

    /// From the channel; the session may still send.
    func refuseFrames() { takesFrames = false }

    /// Nothing that comes later overtakes what waits now.
    func sealQueue() { queue.seal() }
    /// Forgets what waits, save a frame that is partly written.
    func dropQueue() { queue.dropUnsealed() }

    func scheduleResume() {
        wantsResume = true
        markDirty()
    }

    func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        context.markDirty(self)
    }

    // MARK: Ending

    /// Takes no more; closes when what waits is written and the peer has closed its end too, or has had its time.
    func finish() {
        guard !isFinishing else { return }
        isFinishing = true
        takesFrames = false
        setReading(true)
        markDirty()
    }

    /// Drops everything. The last event follows from a later turn of the loop.
    func abort() {
        guard !isAborted else { return }
        isAborted = true
        unsafe clws_abort(socket)
    }

    /// Bytes go out as they are from here on.
    func abandonTLS() { tls = nil }

    func dropEverything() { queue.dropAll() }

    func setReading(_ reading: Bool) {
        guard reading != isReading, !isAborted else { return }
        isReading = reading
        unsafe clws_set_reading(socket, reading)
    }

    /// Known here only while reading is paused: else the library has told already.
    var hasPeerLeft: Bool { unsafe !isReading && !isAborted && clws_peer_has_left(socket) }

    // MARK: Events

    func received(_ bytes: UnsafeBufferPointer<UInt8>) {
        context.observer.received(byteCount: bytes.count)
        guard !isAborted, !isFinishing || isShakingHands else { return }
        if let tls { unsafe receive(bytes, through: tls) } else { unsafe session.received(Array(bytes), on: self) }
        watchTime()
    }

    func writable() {
        waitsForWritable = false
        flush()
        watchTime()
    }

    func turnEnded() {
        isDirty = false
        if wantsResume {
            wantsResume = false
            if !isFinishing, !isAborted { session.resume(on: self) }
        }
        flush()
        watchTime()
    }

    /// The library frees the socket when it has told of its end. Whoever still holds this connection, such as the list
    /// of those that have something to write at the end of the turn, must not touch the socket any more: aborting it then
    /// would leave a timer in the library that points to freed memory.
    func gone() {
        isAborted = true
        if let deadline { context.deadlines.cancel(deadline.token) }
        deadline = nil
        session.gone(at: nowMilliseconds)
        guard var record = stream else { return }
        record.closeCode = session.closeCode
        record.milliseconds = nowMilliseconds - record.milliseconds
        context.observer.ended(record)
    }

    func stop() {
        guard !isShakingHands else {
            abort()
            return
        }
        guard !isFinishing else { return }
        session.stop(on: self)
    }

    // MARK: Time

    /// Sees to it that the wheel comes back in time. A deadline that has moved to later is found out when the old one
    /// is due, so what happens often, such as bytes that come in, does not touch the wheel.
    func watchTime() {
        let due = dueMilliseconds
        guard due < deadline?.dueMilliseconds ?? .max else { return }
        if let deadline { context.deadlines.cancel(deadline.token) }
        deadline = (context.deadlines.insert(id, dueMilliseconds: due), due)
    }

    func timePassed() {
        deadline = nil
        let now = nowMilliseconds
        if now >= handshakeDueMilliseconds {
            session.failed("the TLS handshake took longer than handshakeSeconds (\(limits.handshakeSeconds))", on: self)
            cut(at: "handshakeSeconds", limits.handshakeSeconds)
        } else if now >= stallDueMilliseconds {
            cut(at: "stallSeconds", limits.stallSeconds)
        } else if now >= lingerDueMilliseconds ?? .max {
            // Both have said all there was to say.
            abort()
        }
        if !isAborted, !isFinishing, !isShakingHands { session.timePassed(on: self) }
        watchTime()
    }

    /// Ends it at once, because of a limit that leaves no way to tell the peer: the log is told.
    func cut(at limit: String, _ seconds: Int) {
        context.log.info(
            "a connection was cut at a limit",
            metadata: ["peer": "\(remote.host)", "limit": "\(limit)", "seconds": "\(seconds)"])
        abort()
    }

    private var dueMilliseconds: UInt64 {
        guard !isAborted else { return .max }
        let own = min(stallDueMilliseconds, lingerDueMilliseconds ?? .max, handshakeDueMilliseconds)
        return isFinishing || isShakingHands ? own : min(own, session.dueMilliseconds(on: self))
    }

    private var stallDueMilliseconds: UInt64 {
        pendingByteCount == 0 ? .max : progressMilliseconds + UInt64(limits.stallSeconds) * 1000
    }

    private var handshakeDueMilliseconds: UInt64 {
        isShakingHands ? openedMilliseconds + UInt64(limits.handshakeSeconds) * 1000 : .max
    }

    // MARK: To the kernel

    private func flush() {
        guard !isAborted, !waitsForWritable else { return }
        if pendingByteCount > 0 { write() }
        guard isFinishing, queue.isEmpty, lingerDueMilliseconds == nil, !isAborted, !isShakingHands else { return }
        if let tls {
            tls.finish()
            if tls.outputByteCount > 0, !waitsForWritable { write() }
            guard tls.outputByteCount == 0, !isAborted else { return }
        }
        lingerDueMilliseconds = nowMilliseconds + UInt64(limits.lingerSeconds) * 1000
        unsafe clws_finish_writing(socket)
    }

    private func write() {
        if let tls { write(through: tls) } else { writePlain() }
    }

    private func write(through tls: TLSStream) {
        let (earlier, isEncrypted) = (sendOutput(of: tls), tls.outputByteCount > 0 || encryptPending(through: tls))
        let later = sendOutput(of: tls)
        guard earlier >= 0, isEncrypted, later >= 0 else {
            abort()
            return
        }
        if tls.outputByteCount > 0 {
            waitsForWritable = true
            unsafe clws_want_writable(socket)
        } else if tls.isOpen, !queue.isEmpty {
            markDirty()
        }
        if earlier + later > 0, tls.isOpen, !isFinishing, pendingByteCount <= limits.lowWaterByteCount {
            session.drained(on: self)
        }
    }

    /// - Returns: how much was taken; negative when the connection is broken.
    func sendToSocket(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > 0 else { return 0 }
        var slice = unsafe clws_slice(bytes: bytes.baseAddress, byte_count: bytes.count)
        let taken = unsafe clws_send(socket, &slice, 1)
        if taken > 0 {
            progressMilliseconds = nowMilliseconds
            context.observer.sent(byteCount: taken)
        }
        return taken
    }

    private func writePlain() {
        let (offered, taken) = handOver()
        guard taken >= 0 else {
            abort()
            return
        }
        if taken > 0 {
            queue.consume(taken)
            progressMilliseconds = nowMilliseconds
            context.observer.sent(byteCount: taken)
        }
        if taken < offered {
            waitsForWritable = true
            unsafe clws_want_writable(socket)
        } else if !queue.isEmpty {
            markDirty()
        }
        if taken > 0, !isFinishing, queue.byteCount <= limits.lowWaterByteCount { session.drained(on: self) }
    }

    /// One system call for as many frames as it can have.
    private func handOver() -> (offered: Int, taken: Int) {
        let countMax = Int(CLWS_SLICE_COUNT_MAX)
        return unsafe withUnsafeTemporaryAllocation(of: clws_slice.self, capacity: countMax) { slices in
            var count = 0
            var offered = 0
            queue.forEachPending(countMax: countMax) { frame, written in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: frame.bytes[written...])
                unsafe slices.initializeElement(
                    at: count, to: clws_slice(bytes: rest.baseAddress, byte_count: rest.count))
                offered += rest.count
                count += 1
            }
            return unsafe (offered, clws_send(socket, slices.baseAddress, Int32(count)))
        }
    }
}
