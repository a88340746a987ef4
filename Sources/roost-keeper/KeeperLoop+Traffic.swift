import Glibc
import Keeper

extension KeeperLoop {
    /// Takes one chunk of output.
    func spool(_ stream: SpoolStream, from descriptor: Descriptor) throws {
        guard let count = try read(descriptor) else { return }
        guard count > 0 else {
            child.streams[stream] = nil
            return
        }
        let now = MonotonicClock.now()
        if growthAt == nil { growthAt = max(now, quietUntil) }
        guard let cause = unsafe spools.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: stream) else {
            return
        }
        perform(lifecycle.stop(cause, graceMs: Lifecycle.graceMs, at: now))
    }

    /// - Returns: 0 at the end, which a terminal that nobody has any more tells by EIO.
    private func read(_ descriptor: Descriptor) throws -> Int? {
        do {
            return try unsafe descriptor.read(into: buffer)
        } catch let error as SystemError where child.terminal != nil && error.number == EIO {
            return 0
        }
    }

    /// Takes what the pipes hold after the end: at most what the largest pipe does, should a stranger go on writing.
    func drain() {
        for (stream, descriptor) in child.streams {
            for _ in 0..<Self.pipeByteCountMax / Self.chunkByteCount where child.streams[stream] != nil {
                do {
                    try spool(stream, from: descriptor)
                } catch {
                    complain("\(error)")
                    child.streams[stream] = nil
                }
            }
        }
    }

    /// 1 MiB: /proc/sys/fs/pipe-max-size as Linux ships it.
    private static let pipeByteCountMax = 1 << 20

    /// Writes waiting input.
    func feed(_ descriptor: Descriptor, isBroken: Bool) {
        do {
            guard !isBroken else { throw SystemError("write", number: EPIPE) }
            try unsafe queue.drain { try unsafe descriptor.write($0) ?? 0 }
        } catch {
            // Nobody reads: the process has closed its stdin, or is ending.
            closeInput()
            for hub in connections where hub.isAttached { hub.oweInput() }
            return
        }
        if queue.isDue { closeInput() }
        guard queue.waitingCount <= InputQueue.byteCountMax / 2 else { return }
        for hub in connections where hub.lacksRoom {
            hub.lacksRoom = false
            hub.oweInput()
        }
    }

    private func closeInput() {
        if child.terminal != nil, let input = child.input {
            // One that cannot be written is one that nobody reads.
            _ = unsafe withUnsafeBytes(of: Terminal.endOfInput) { try? unsafe input.write($0) }
        }
        queue.discard()
        child.input = nil
    }

    /// Hears a hub out. One that has gone or talks nonsense is dropped.
    func serve(_ hub: HubConnection) {
        do {
            guard let requests = try unsafe hub.receive(through: buffer) else { return drop(hub) }
            for request in requests { try serve(request, of: hub) }
        } catch {
            complain("dropped a connection: \(error)")
            drop(hub)
        }
    }

    private func serve(_ request: ControlRequest, of hub: HubConnection) throws {
        switch request {
        case .attach:
            hub.attach()
        case .input(let offset, let bytes):
            queue.accept(bytes, at: offset)
            hub.lacksRoom = queue.state.roomByteCount == 0
            hub.oweInput()
        case .closeInput:
            queue.close()
            if queue.isDue { closeInput() }
            hub.oweInput()
        case .signal(let signal):
            pass(signal)
        case .resize(let size):
            try child.terminal?.resize(size)
        case .terminate(let graceMs):
            perform(lifecycle.stop(.request, graceMs: graceMs, at: MonotonicClock.now()))
        }
    }

    private func drop(_ hub: HubConnection) {
        connections.removeAll { $0 === hub }
    }

    func announceGrowth(at now: UInt64) {
        guard let due = growthAt, now >= due else { return }
        growthAt = nil
        quietUntil = now + Self.growthIntervalMs
        for hub in connections { hub.oweGrowth() }
    }

    func flush() {
        let state = KeeperState(childPid: child.pid, input: queue.state, spools: spools.sizes)
        for hub in connections where hub.wantsToWrite {
            do {
                try hub.flush(state)
            } catch {
                drop(hub)
            }
        }
    }
}
