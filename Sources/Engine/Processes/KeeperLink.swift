import Glibc
package import Keeper

/// A hub's connection to one keeper.
package actor KeeperLink {
    /// 64: a person types ahead of an agent by a few messages; more means that the process does not read.
    package static let waitingSendCountMax = 64

    /// The newest event, until it is taken; ends with `exited` or `disconnected`. For one reader.
    package nonisolated let events: AsyncStream<KeeperEvent>

    private let folder: KeeperFolder
    private let loop: DescriptorLoop
    private let news: AsyncStream<KeeperEvent>.Continuation
    /// nil before `attach` and after the end.
    private var socket: Descriptor?
    private var isUsed = false
    private var incoming = FrameBuffer()
    private var attaching: CheckedContinuation<KeeperState, any Error>?
    /// In the order in which they were asked for; the first one's bytes are under way.
    private var sends: [Send] = []

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    package init(to folder: KeeperFolder, on loop: DescriptorLoop) {
        self.folder = folder
        self.loop = loop
        // Whoever reads slowly misses only what a later event says again.
        (events, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Connects, once; events follow from here on.
    /// - Returns: how the process stands, with the offset at which input goes on.
    package func attach() async throws -> KeeperState {
        precondition(!isUsed, "a link attaches once")
        isUsed = true
        do {
            socket = try ControlSocket.connect(in: folder.directory())
        } catch let error as SystemError where error.number == ENOENT || error.number == ECONNREFUSED {
            throw KeeperLinkError.noKeeper(try folder.status())
        }
        return try await withCheckedThrowingContinuation { continuation in
            // The loop may have turned since: who closes us meanwhile is heard, and no answer comes before we wait for it.
            guard let socket else { return continuation.resume(throwing: KeeperLinkError.disconnected) }
            attaching = continuation
            loop.watch(socket) { self.assumeIsolated { $0.receive() } }
            request(.attach)
        }
    }

    /// Hands bytes to the process's stdin. Returns when the keeper has accepted all of them, which, for a process that
    /// does not read, may be never: `close` ends the waiting.
    /// - Parameter offset: where in the whole of stdin they stand. What was accepted before is not written again.
    /// - Returns: the offset at which the next bytes go on.
    package func send(_ bytes: [UInt8], at offset: UInt64) async throws -> UInt64 {
        try await withCheckedThrowingContinuation { continuation in
            // Here, and not before the wait: the loop may have turned between.
            guard socket != nil else { return continuation.resume(throwing: KeeperLinkError.disconnected) }
            guard sends.count < Self.waitingSendCountMax else {
                return continuation.resume(throwing: KeeperLinkError.tooManySends)
            }
            sends.append(Send(bytes: bytes, offset: offset, isDone: continuation))
            if sends.count == 1 { sendMore(from: offset) }
        }
    }

    /// Closes the process's stdin when it has read what was accepted.
    package func closeInput() throws { try requestOrThrow(.closeInput) }

    /// Sends a signal to the process group.
    package func signal(_ signal: Int32) throws { try requestOrThrow(.signal(signal)) }

    /// Tells a process that has a terminal how large that is now.
    package func resize(_ size: TerminalSize) throws { try requestOrThrow(.resize(size)) }

    /// Ends the process group: SIGTERM now, SIGKILL after the grace, by the keeper, also if the hub is gone by then.
    package func terminate(graceMs: UInt64) throws { try requestOrThrow(.terminate(graceMs: graceMs)) }

    /// Lets go of the keeper. The process goes on.
    package func close() {
        disconnect(.disconnected)
    }

    private func requestOrThrow(_ request: ControlRequest) throws {
        guard socket != nil else { throw KeeperLinkError.disconnected }
        self.request(request)
        guard socket != nil else { throw KeeperLinkError.disconnected }
    }

    private func request(_ request: ControlRequest) {
        // The socket's buffer holds several of the longest frames, and no more than one is under way: a keeper that leaves
        // no room for a whole one has stopped.
        let frame = request.encoded()
        guard let socket, (try? unsafe frame.withUnsafeBytes { try unsafe socket.send($0) }) == frame.count else {
            return disconnected()
        }
    }

    private func receive() {
        do {
            guard let bytes = try socket?.bytes(upTo: FrameBuffer.payloadByteCountMax) else { return }
            guard !bytes.isEmpty else { return disconnected() }
            incoming.append(bytes)
            while let payload = try incoming.next() { hear(try ControlReply(decoding: payload)) }
        } catch {
            disconnected()
        }
    }

    private func hear(_ reply: ControlReply) {
        switch reply {
        case .state(let state):
            attaching?.resume(returning: state)
            attaching = nil
        case .input(let input):
            hear(input)
        case .grew(let spools):
            news.yield(.grew(spools))
        }
    }

    private func hear(_ input: InputState) {
        guard let send = sends.first else { return }
        let accepted = input.acceptedByteCount
        if accepted >= send.end {
            settle(.success(send.end))
        } else if !input.isOpen {
            settle(.failure(.inputClosed(acceptedByteCount: accepted)))
        } else if accepted < send.offset {
            settle(.failure(.inputGap(acceptedByteCount: accepted)))
        } else if input.roomByteCount > 0 {
            sendMore(from: accepted)
        }
        // Without room the keeper tells when there is some.
    }

    /// Ends the first send and begins the next.
    private func settle(_ result: Result<UInt64, KeeperLinkError>) {
        sends.removeFirst().isDone.resume(with: result.mapError { $0 as any Error })
        if let next = sends.first { sendMore(from: next.offset) }
    }

    private func sendMore(from offset: UInt64) {
        guard let send = sends.first else { return }
        let part = send.bytes[Int(offset - send.offset)...].prefix(ControlRequest.inputByteCountMax)
        request(.input(offset: offset, bytes: Array(part)))
    }

    /// The connection has ended: what the files say now is true. Where they say nothing sensible, neither can we; whoever
    /// asks them next gets the error.
    private func disconnected() {
        if case .exited(let record)? = try? folder.status() { return disconnect(.exited(record)) }
        disconnect(.disconnected)
    }

    private func disconnect(_ event: KeeperEvent) {
        guard let socket else { return }
        loop.ignore(socket)
        self.socket = nil
        news.yield(event)
        news.finish()
        attaching?.resume(throwing: KeeperLinkError.disconnected)
        attaching = nil
        for send in sends { send.isDone.resume(throwing: KeeperLinkError.disconnected) }
        sends = []
    }
}
